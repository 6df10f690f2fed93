import { type AnyStored, ApiError, type Clock, type Objects } from "@yunhe/kernel";
import type { TokenRecord } from "./directory/records.ts";
import { tokenKind } from "./kinds/index.ts";

const hourMs = 3_600_000;

/** Writes down when a token was last used, to the hour: at most one write an hour, off the path of the request. */
export class LastUsed {
  readonly #objects: Objects;
  readonly #clock: Clock;
  readonly #writing = new Set<string>();

  constructor(objects: Objects, clock: Clock) {
    this.#objects = objects;
    this.#clock = clock;
  }

  note({ name, lastUsedMs }: TokenRecord): void {
    const hour = Math.floor(this.#clock.nowMs() / hourMs) * hourMs;
    if (lastUsedMs >= hour || this.#writing.has(name)) return;
    this.#writing.add(name);
    void this.#write(name, hour).finally(() => this.#writing.delete(name));
  }

  /** A hint for people: when it cannot be written (changed meanwhile, disk full, closing) the next use tries again. */
  async #write(name: string, hour: number): Promise<void> {
    try {
      const token = await this.#objects.get(tokenKind, "", name);
      if (token?.status === undefined) return;
      const object = {
        ...token,
        status: { ...token.status, lastUsedAt: new Date(hour).toISOString() },
      } as AnyStored;
      await this.#objects.commit([{ type: "update", kind: tokenKind, object, subresource: "status" }], {
        actor: "system:identity/last-used",
      });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }
}
