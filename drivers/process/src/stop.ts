import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { AttemptId } from "@yunhe/domain-compute/driver";
import type { LiveAttempt } from "./attempt.ts";
import type { StopOrder } from "./ending.ts";
import { uptimeS } from "./engine.ts";
import type { Engine } from "./engine.ts";
import { type AttemptFiles, barredMark, readStart, readStatus } from "./journal.ts";
import { attemptPids, type RunningAttempt, killAll } from "./killing.ts";
import { send } from "./process-table.ts";
import { settle, settleWithout } from "./settle.ts";

const roundMs = 100;
/** After everything was killed; then the supervisor itself goes too. */
const supervisorPatienceMs = 10_000;
/** Between TERM and KILL when a time limit is over. */
export const timeLimitGraceMs = 5000;

/** Ends an attempt, and bars it: a submission of it that comes later starts nothing (T5). */
export async function cancel(
  engine: Engine,
  id: AttemptId,
  order: Omit<StopOrder, "uptimeS">,
): Promise<void> {
  engine.barred.add(id);
  const live = engine.live.get(id);
  if (live !== undefined) await orderStop(engine, live, order);
}

/** Ends an attempt in whatever state it is; done when nothing of it runs any more and the ending is recorded. */
export async function orderStop(
  engine: Engine,
  attempt: LiveAttempt,
  order: Omit<StopOrder, "uptimeS">,
): Promise<void> {
  await attempt.preparing?.catch(() => undefined);
  if (!engine.live.has(attempt.id) || attempt.settling) return;
  if (attempt.supervisor === undefined && (await bar(engine, attempt))) return;
  // A program that has already ended keeps its true outcome.
  if (readStatus(attempt.files).exitStatus === undefined)
    await enforceStop(engine, attempt, giveStopOrder(attempt.files, order));
  await attempt.ended.promise;
}

/** Writes it down; the first order for an attempt stays the one that says why it ended. */
export function giveStopOrder(files: AttemptFiles, order: Omit<StopOrder, "uptimeS">): StopOrder {
  const stop: StopOrder = { ...order, uptimeS: uptimeS() };
  writeOnce(files.stop, JSON.stringify(stop));
  return stop;
}

/** Takes the supervisor's place so that it never runs; false when it was there first. */
async function bar(engine: Engine, attempt: LiveAttempt): Promise<boolean> {
  if (!writeOnce(attempt.files.started, barredMark)) return readStart(attempt.files).type === "barred";
  await settleWithout(engine, attempt, { type: "cancelled" });
  return true;
}

function writeOnce(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Carries the order out, to the end that is recorded. */
export async function enforceStop(engine: Engine, attempt: LiveAttempt, stop: StopOrder): Promise<void> {
  attempt.disarm?.();
  const isOver = (): boolean => attempt.settling || engine.closed;
  const isEnded = await endProcesses(attempt, stop, isOver, attempt.ended.promise);
  if (!isEnded) await abandonSupervisor(engine, attempt);
}

/**
 * TERM to every process once, those that appear meanwhile too; after the grace period KILL until `isOver`, which is
 * asked again as soon as `ended` resolves. False when that did not come for long after nothing was left to kill.
 */
export async function endProcesses(
  attempt: RunningAttempt,
  stop: StopOrder,
  isOver: () => boolean,
  ended?: Promise<unknown>,
): Promise<boolean> {
  const told = new Set<number>();
  const killAtS = stop.uptimeS + stop.graceMs / 1000;
  const pause = (ms: number): Promise<unknown> => {
    const slept = sleep(ms, undefined, { ref: false });
    return ended === undefined ? slept : Promise.race([ended, slept]);
  };
  while (!isOver() && uptimeS() < killAtS) {
    const main = readStatus(attempt.files).main?.pid;
    for (const pid of attemptPids(attempt)) {
      // Not the launcher: it has to tell how the program ended.
      if (pid !== main && !told.has(pid)) send(pid, "SIGTERM");
      told.add(pid);
    }
    await pause(Math.min(roundMs, Math.max(0, (killAtS - uptimeS()) * 1000)));
  }
  const giveUpS = uptimeS() + supervisorPatienceMs / 1000;
  while (!isOver()) {
    await killAll(attempt);
    if (uptimeS() > giveUpS) return false;
    await pause(roundMs);
  }
  return true;
}

/** Something we cannot see holds the log open: the attempt ends without its supervisor's last word. */
async function abandonSupervisor(engine: Engine, attempt: LiveAttempt): Promise<void> {
  if (attempt.supervisor !== undefined) send(attempt.supervisor.pid, "SIGKILL");
  await settle(engine, attempt);
}
