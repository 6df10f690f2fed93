import { ApiError, words } from "@yunhe/kernel";
import type { FaultId, Faults } from "../faults.ts";
import type { Chance } from "./chance.ts";
import type { Process } from "./process.ts";
import type { WorldTime } from "./time.ts";

/** Which faults may strike a call, beside those of the network itself. */
export interface CallFaults {
  readonly lost?: FaultId;
  readonly replyLost?: FaultId;
  readonly duplicated?: FaultId;
}

const timeoutMs = 4000;

/** Calls between processes over a network that drops, delays, doubles, cuts and clogs. */
export class Network {
  readonly #time: WorldTime;
  readonly #chance: Chance;
  readonly #faults: Faults;
  /** Directed links by host names, "a>b", with the time until which they are cut or clogged. */
  readonly #cut = new Map<string, number>();
  readonly #clogged = new Map<string, number>();

  constructor(time: WorldTime, chance: Chance, faults: Faults) {
    this.#time = time;
    this.#chance = chance.fork("network");
    this.#faults = faults;
  }

  cut(from: string, to: string, durationMs: number): void {
    this.#cut.set(`${from}>${to}`, this.#time.nowMs + durationMs);
  }

  clog(from: string, to: string, durationMs: number): void {
    this.#clogged.set(`${from}>${to}`, this.#time.nowMs + durationMs);
  }

  heal(): void {
    this.#cut.clear();
    this.#clogged.clear();
  }

  /** One message; it may never come. Messages of a link may overtake each other. */
  send(from: Process, to: Process, run: () => void): void {
    if (!from.alive || this.#isCut(from, to)) return;
    const clog = (this.#clogged.get(`${from.name}>${to.name}`) ?? 0) - this.#time.nowMs;
    this.#time.after(Math.max(clog, this.#latencyMs()), () => to.receive(run));
  }

  /**
   * A call and its answer. Rejects with Timeout when no answer came in time: then nothing is known of the outcome.
   * A caller that is dead by then waits for ever, as it should.
   */
  call<Value>(
    from: Process,
    to: () => Process | undefined,
    handle: () => Promise<Value> | Value,
    faults: CallFaults = {},
  ): Promise<Value> {
    return new Promise((resolve, reject) => {
      const cancel = from.after(timeoutMs, () => reject(noAnswer()));
      const reply = (settle: () => void, server: Process): void => {
        if (faults.replyLost !== undefined && this.#faults.strikes(faults.replyLost)) return;
        this.send(server, from, () => {
          cancel();
          settle();
        });
      };
      const arrive = (server: Process, isTwin: boolean): void => {
        void Promise.resolve()
          .then(handle)
          .then(
            (value) => isTwin || reply(() => resolve(value), server),
            (error: unknown) => isTwin || reply(() => reject(error), server),
          );
      };
      const target = to();
      if (target === undefined) return;
      if (faults.lost !== undefined && this.#faults.strikes(faults.lost)) return;
      this.send(from, target, () => arrive(target, false));
      if (faults.duplicated !== undefined && this.#faults.strikes(faults.duplicated))
        this.send(from, target, () => arrive(target, true));
    });
  }

  #isCut(from: Process, to: Process): boolean {
    return (this.#cut.get(`${from.name}>${to.name}`) ?? 0) > this.#time.nowMs;
  }

  #latencyMs(): number {
    if (this.#faults.strikes("slow-network")) return this.#faults.stream("slow-network").between(20, 2000);
    return this.#chance.between(0.2, 3);
  }
}

const noAnswer = (): ApiError =>
  new ApiError("Timeout", words("No answer came; the outcome is unknown.", "没有应答；结果未知。"));
