import { hash, randomBytes } from "node:crypto";
import type { Clock } from "@yunhe/kernel";

/** Who a one-time code signs in. */
export interface CodeGrant {
  /** `user:ada` */
  readonly subject: string;
  readonly uid: string;
  /** The token with which the code was asked for; the session ends with it. */
  readonly parent: string | undefined;
}

export interface NewCode {
  readonly code: string;
  readonly expiresAt: string;
}

const lifeMs = 10 * 60_000;
const mostAtOnce = 1000;

/** Sign-in codes: each good once and for ten minutes. In memory alone; a restart of the server ends them all. */
export class SignInCodes {
  readonly #clock: Clock;
  readonly #random: (count: number) => Uint8Array;
  readonly #grants = new Map<string, CodeGrant & { readonly expiresMs: number }>();

  constructor(clock: Clock, random: (count: number) => Uint8Array = randomBytes) {
    this.#clock = clock;
    this.#random = random;
  }

  issue(grant: CodeGrant): NewCode {
    const code = Buffer.from(this.#random(32)).toString("base64url");
    const expiresMs = this.#clock.nowMs() + lifeMs;
    this.#forgetOld();
    this.#grants.set(keyOf(code), { ...grant, expiresMs });
    return { code, expiresAt: new Date(expiresMs).toISOString() };
  }

  /** Undefined when it was used, has expired or never was. */
  redeem(code: string): CodeGrant | undefined {
    const key = keyOf(code);
    const grant = this.#grants.get(key);
    this.#grants.delete(key);
    return grant !== undefined && grant.expiresMs > this.#clock.nowMs() ? grant : undefined;
  }

  /** Issued in order of expiry: the first ones go first. */
  #forgetOld(): void {
    for (const [key, { expiresMs }] of this.#grants) {
      if (expiresMs > this.#clock.nowMs() && this.#grants.size < mostAtOnce) return;
      this.#grants.delete(key);
    }
  }
}

/** By hash, so that the time a look-up takes says nothing about codes that exist. */
const keyOf = (code: string): string => hash("sha256", code, "hex");
