import type { Change } from "@yunhe/kernel";
import type { Attempt } from "../kinds/attempt.ts";
import { canaryLabel } from "./canary.ts";

interface Record {
  /** When an engine last did what it was asked to. */
  workedAtMs: number;
  /** By attempt where there is one, so that each counts once. */
  readonly failures: Map<string, number>;
}

/** Failures remembered per pool. */
const mostFailures = 1000;

/**
 * How engines did of late: what the stored attempts say, and calls that failed in this process. A job that ran to its
 * own end, whatever that was, says that the engine works; one that the engine lost or could not start says the
 * opposite. What the task itself is to blame for says nothing, nor does what canaries do: they have their own record.
 */
export class PoolHealth {
  readonly #records = new Map<string, Record>();
  #onFailure: (pool: string) => void = () => undefined;
  #calls = 0;

  /** Called with the pool of each new failure. */
  onFailure(listener: (pool: string) => void): void {
    this.#onFailure = listener;
  }

  apply(change: Change, { metadata, spec, status }: Attempt): void {
    if (change.type === "DELETED") return;
    if (status?.phase !== "Ended" || status.abandoned === true || metadata.labels?.[canaryLabel]) return;
    const atMs = Date.parse(status.endedAt ?? metadata.creationTimestamp);
    const { outcome } = status;
    if (outcome?.type === "node-lost" || (outcome?.type === "not-started" && outcome.elsewhere === true))
      this.#failed(spec.pool, metadata.uid, atMs);
    else if (outcome && outcome.type !== "not-started" && status.startedAt !== undefined)
      this.#record(spec.pool).workedAtMs = Math.max(this.#record(spec.pool).workedAtMs, atMs);
  }

  callFailed(pool: string, atMs: number): void {
    this.#calls += 1;
    this.#failed(pool, `call ${this.#calls}`, atMs);
  }

  /**
   * Failures after `sinceMs` and after the last success. What is later than `untilMs` was written down before the clock
   * was set back, and says nothing any more: it would count again after every success until the clock comes there.
   */
  failures(pool: string, sinceMs: number, untilMs: number): number {
    const record = this.#records.get(pool);
    if (!record) return 0;
    const { workedAtMs, failures } = record;
    const fromMs = workedAtMs > untilMs ? sinceMs : Math.max(sinceMs, workedAtMs);
    return [...failures.values()].filter((atMs) => atMs > fromMs && atMs <= untilMs).length;
  }

  #failed(pool: string, id: string, atMs: number): void {
    const { failures } = this.#record(pool);
    if (failures.has(id)) return;
    failures.set(id, atMs);
    const [oldest] = failures.keys();
    if (failures.size > mostFailures && oldest !== undefined) failures.delete(oldest);
    this.#onFailure(pool);
  }

  #record(pool: string): Record {
    const record = this.#records.get(pool) ?? { workedAtMs: -Infinity, failures: new Map<string, number>() };
    this.#records.set(pool, record);
    return record;
  }
}
