import { type Clock, type Words, words } from "@yunhe/kernel";
import { type Driver, EngineUnreachable, JobRefused } from "../driver/port.ts";
import type { PoolProbe } from "./probes.ts";

/** Longest time that an engine may take over each call, in ms. */
export interface Deadlines {
  readonly facts: number;
  readonly observe: number;
  readonly list: number;
  readonly cancel: number;
  readonly forget: number;
  /** Input files travel with it. */
  readonly submit: number;
  /** Between two files or two pieces of one. */
  readonly outputs: number;
  readonly close: number;
}

export const defaultDeadlines: Deadlines = {
  facts: 30_000,
  observe: 30_000,
  list: 60_000,
  cancel: 30_000,
  forget: 60_000,
  submit: 300_000,
  outputs: 60_000,
  close: 10_000,
};

/** After a call that got no answer the engine is left alone for this long, but for the question whether it is back. */
const pauseMs = 15_000;

/** A driver whose calls all end: see {@link withDeadlines}. */
export interface TimelyDriver extends Driver {
  /** When the engine last answered, wall clock; undefined: not yet in this process. */
  readonly answeredAtMs: number | undefined;
}

export interface DeadlineOptions {
  readonly clock: Clock;
  readonly deadlines?: Deadlines | undefined;
  /** The engine failed a call: it answered, but neither as asked nor with a refusal. */
  readonly onFailure: () => void;
  /** Told of every `facts`: whether it was answered, and how long that took. */
  readonly onProbe?: ((probe: PoolProbe) => void) | undefined;
}

/**
 * The same driver with an end to every call: what takes too long counts as unreachable, never as failed (E2). Once a
 * call got no answer the others fail at once until `facts` is answered or a pause is over, so that nothing queues up
 * before a dead engine.
 */
export function withDeadlines(driver: Driver, options: DeadlineOptions): TimelyDriver {
  const { clock, deadlines: limits = defaultDeadlines, onFailure, onProbe } = options;
  const never = new AbortController().signal;
  let answeredAtMs: number | undefined;
  let pausedUntilMs = -Infinity;

  async function ask<Answer>(
    name: keyof Deadlines,
    signal: AbortSignal,
    call: (signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer> {
    if (name !== "facts" && clock.monotonicMs() < pausedUntilMs) throw silent(limits[name]);
    try {
      const answer = await within(clock, limits[name], signal, call);
      answeredAtMs = clock.nowMs();
      pausedUntilMs = -Infinity;
      return answer;
    } catch (error) {
      if (error instanceof TookTooLong) pausedUntilMs = clock.monotonicMs() + pauseMs;
      else if (!isExpected(error) && !signal.aborted) onFailure();
      throw error;
    }
  }

  /** A call that was ended from our side says nothing about the engine. */
  async function probe<Answer>(signal: AbortSignal, call: () => Promise<Answer>): Promise<Answer> {
    const startedMs = clock.monotonicMs();
    const tell = (answered: boolean): void =>
      onProbe?.({ atMs: clock.nowMs(), answered, roundTripMs: clock.monotonicMs() - startedMs });
    try {
      const answer = await call();
      tell(true);
      return answer;
    } catch (error) {
      if (!signal.aborted) tell(false);
      throw error;
    }
  }

  return {
    engine: driver.engine,
    ...(driver.storage === undefined ? {} : { storage: driver.storage }),
    ...(driver.together === undefined ? {} : { together: driver.together }),
    ...(driver.choosesNodes === undefined ? {} : { choosesNodes: driver.choosesNodes }),
    get answeredAtMs() {
      return answeredAtMs;
    },
    facts: (signal) => probe(signal, () => ask("facts", signal, (until) => driver.facts(until))),
    submit: (job, signal) => ask("submit", signal, (until) => driver.submit(job, until)),
    observe: (attempts, signal) => ask("observe", signal, (until) => driver.observe(attempts, until)),
    ...(driver.watch ? { watch: (listener) => driver.watch!(listener) } : {}),
    cancel: (attempt, options) => ask("cancel", never, () => driver.cancel(attempt, options)),
    logs: (attempt, options) => driver.logs(attempt, options),
    async *outputs(attempt, signal) {
      const askNext: AskNext = (call) => ask("outputs", signal, call);
      for await (const file of piecewise(driver.outputs(attempt, signal), askNext))
        yield { ...file, read: () => piecewise(file.read(), askNext) };
    },
    list: (signal) => ask("list", signal, (until) => driver.list(until)),
    forget: (attempt) => ask("forget", never, () => driver.forget(attempt)),
    close: () => within(clock, limits.close, never, () => driver.close()),
  };
}

const isExpected = (error: unknown): boolean =>
  error instanceof EngineUnreachable || error instanceof JobRefused;

class TookTooLong extends EngineUnreachable {}

const silent = (limitMs: number): TookTooLong => new TookTooLong(silence(limitMs));

const silence = (limitMs: number): Words =>
  words(
    `The engine gave no answer within ${Math.round(limitMs / 1000)} s; check that it runs and can be reached.`,
    `引擎在 ${Math.round(limitMs / 1000)} 秒内未应答；请检查其是否运行、是否可达。`,
  );

/** What `call` gives, unless it takes longer than `limitMs` or `signal` ends first; the call is told either way. */
export async function within<Answer>(
  clock: Clock,
  limitMs: number,
  signal: AbortSignal,
  call: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  signal.throwIfAborted();
  const own = new AbortController();
  const cut = Promise.withResolvers<never>();
  const end = (reason: unknown): void => {
    own.abort(reason);
    cut.reject(reason);
  };
  const aborted = (): void => end(signal.reason);
  const stop = clock.after(limitMs, () => end(silent(limitMs)));
  signal.addEventListener("abort", aborted);
  try {
    return await Promise.race([call(own.signal), cut.promise]);
  } finally {
    stop();
    signal.removeEventListener("abort", aborted);
  }
}

type AskNext = <Piece>(call: () => Promise<IteratorResult<Piece>>) => Promise<IteratorResult<Piece>>;

/** The same pieces, each fetched by `ask`; the source is let go of without waiting for it. */
async function* piecewise<Piece>(source: AsyncIterable<Piece>, ask: AskNext): AsyncGenerator<Piece> {
  const pieces = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await ask(() => pieces.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    void Promise.resolve(pieces.return?.()).catch(() => undefined);
  }
}
