import { words } from "@yunhe/kernel";
import type { Driver } from "../driver/port.ts";
import { type Problem, problemOf } from "./problem.ts";

export interface Census {
  /** True while an attempt of this uid is not over. */
  readonly isLive: (attemptUid: string) => boolean;
  /** True while there is an attempt of this uid, over or not. */
  readonly isKnown: (attemptUid: string) => boolean;
}

const graceMs = 5000;
/** Left-overs freed in one sweep; the rest waits for the next one. */
const forgetLimit = 100;

/**
 * Jobs that carry our label but belong to no live attempt end here (E1), whatever became of their tasks; what an engine
 * keeps of attempts that nobody knows any more is freed. Gives what is left to do; undefined: there was nothing.
 */
export async function sweepOrphans(
  driver: Driver,
  { isLive, isKnown }: Census,
  signal: AbortSignal,
): Promise<Problem | undefined> {
  try {
    const refs = (await driver.list(signal)).map(({ attempt, handle, live }) => ({
      id: attempt,
      handle,
      live,
    }));
    // Who no longer leads does not know of the attempts that its successor has made.
    signal.throwIfAborted();
    const orphans = refs.filter(({ id, live }) => live && !isLive(id));
    const leftovers = refs.filter(({ id, live }) => !live && !isKnown(id)).slice(0, forgetLimit);
    // One that cannot be ended must not keep the others alive: it is told after all have been tried.
    const done = await Promise.allSettled([
      ...orphans.map((ref) => driver.cancel(ref, { graceMs, why: "orphan" })),
      ...leftovers.map((ref) => driver.forget(ref)),
    ]);
    const failed = done.find((each) => each.status === "rejected");
    if (failed) return cannotEnd(failed.reason);
    return orphans.length === 0 ? undefined : stillEnding(orphans.length);
  } catch (error) {
    return cannotEnd(error);
  }
}

const reason = "EndingOrphans";

const stillEnding = (count: number): Problem => ({
  reason,
  message: words(
    `Jobs that nobody wants any more still run there and are being ended; left: ${count}.`,
    `仍有 ${count} 个已无归属的作业在运行；正在终止。`,
  ),
});

function cannotEnd(error: unknown): Problem {
  const { en, zh } = problemOf(error).message;
  return {
    reason,
    message: words(
      `Jobs that nobody wants any more may still run there, and the engine did not end them: ${en}`,
      `可能仍有已无归属的作业在运行，引擎未能将其终止：${zh}`,
    ),
  };
}
