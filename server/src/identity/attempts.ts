import { ApiError, type Clock, words } from "@yunhe/kernel";

const burst = 10;
const refillMs = 6_000;
const rememberedAddresses = 10_000;

/**
 * Slows down who fails to sign in: ten failures at once from one address, then one every six seconds. Secrets are 256
 * random bits, so this protects the log and the processor rather than the secrets; it never keeps out who holds one.
 */
export class FailedAttempts {
  readonly #clock: Clock;
  /** By address, when all of its failures will be forgotten; oldest first. */
  readonly #clearAtMs = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts one failure; gives TooManyRequests when there were too many, else undefined. */
  fail(address: string): ApiError | undefined {
    const nowMs = this.#clock.nowMs();
    const clearAtMs = Math.max(this.#clearAtMs.get(address) ?? 0, nowMs) + refillMs;
    const overMs = clearAtMs - nowMs - burst * refillMs;
    if (overMs > 0) return tooMany(Math.ceil(overMs / 1000));
    this.#clearAtMs.delete(address);
    this.#clearAtMs.set(address, clearAtMs);
    if (this.#clearAtMs.size > rememberedAddresses)
      this.#clearAtMs.delete(this.#clearAtMs.keys().next().value!);
    return undefined;
  }
}

const tooMany = (retryAfterSeconds: number): ApiError =>
  new ApiError(
    "TooManyRequests",
    words(
      `too many failed attempts from this address; try again in ${retryAfterSeconds} s with a valid token`,
      `此地址失败次数过多；请在 ${retryAfterSeconds} 秒后使用有效令牌重试`,
    ),
    { retryAfterSeconds },
  );
