import {
  type AttemptId,
  type Driver,
  EngineUnreachable,
  JobRefused,
  type Observation,
} from "../../../domains/compute/src/driver/port.ts";

/** The same driver with some of its functions replaced. */
export const driverWith =
  (replace: (driver: Driver) => Partial<Driver>) =>
  (driver: Driver): Driver => {
    const replaced = replace(driver);
    return new Proxy(driver, {
      get: (target, name) => {
        const own = Reflect.get(replaced, name) as unknown;
        if (own !== undefined) return own;
        const value = Reflect.get(target, name, target) as unknown;
        return typeof value === "function" ? (value as (...args: unknown[]) => unknown).bind(target) : value;
      },
    });
  };

export const answering = (change: (seen: Observation) => Observation) =>
  driverWith((driver) => ({
    observe: async (attempts, signal) => (await driver.observe(attempts, signal)).map(change),
  }));

export const failedUnlessKnown = answering((seen) =>
  seen.state === "unknown"
    ? {
        attempt: seen.attempt,
        state: "ended",
        outcome: { type: "exited", exitCode: 255 },
        startedAtMs: undefined,
        endedAtMs: 0,
        node: undefined,
        usage: { cpuCoreMs: 0, memoryByteSeconds: 0, peakMemoryBytes: 0 },
      }
    : seen,
);

export const absentUnlessKnown = answering((seen) =>
  seen.state === "unknown" ? { attempt: seen.attempt, state: "absent" } : seen,
);

/** Counts the time in the queue as time that it ran. */
export const startsEarly = answering((seen) =>
  seen.state === "running" ? { ...seen, startedAtMs: seen.startedAtMs - 8000 } : seen,
);

/** Pairs answers with questions by their order, which the engine does not keep. */
export const mixedUp = driverWith((driver) => ({
  observe: async (attempts, signal) => {
    const seen = await driver.observe(
      attempts.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      signal,
    );
    return seen.map((each, index) => ({ ...each, attempt: attempts[index]!.id }));
  },
}));

export const silentCancel = driverWith(() => ({ cancel: async () => {} }));
export const emptyList = driverWith(() => ({ list: async () => [] }));

/** A label has room for a part of the attempt's uid only. */
export const shortLabels = driverWith((driver) => ({
  list: async (signal) =>
    (await driver.list(signal)).map((job) => ({ ...job, attempt: job.attempt.slice(0, 8) as AttemptId })),
}));

/** Freeing what is freed already is an error. */
export const forgetsOnce = driverWith(() => ({
  forget: () => Promise.reject(new Error("404 on purpose: there is no such job")),
}));

/** No answer counts as a refusal. */
export const refusesWhenSilent = driverWith((driver) => ({
  submit: async (job, signal) => {
    try {
      return await driver.submit(job, signal);
    } catch (error) {
      if (!(error instanceof EngineUnreachable)) throw error;
      throw new JobRefused({ en: "no answer", zh: "无应答" });
    }
  },
}));
