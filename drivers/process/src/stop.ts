import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { LiveAttempt } from "./attempt.ts";
import type { StopOrder } from "./ending.ts";
import { uptimeS } from "./engine.ts";
import type { Engine } from "./engine.ts";
import { barredMark, readStart, readStatus } from "./journal.ts";
import { attemptPids, killAll } from "./killing.ts";
import { send } from "./process-table.ts";
import { settle, settleWithout } from "./settle.ts";

const roundMs = 100;
/** After everything was killed; then the supervisor itself goes too. */
const supervisorPatienceMs = 10_000;

/** Ends an attempt in whatever state it is; done when nothing of it runs any more and the ending is recorded. */
export async function orderStop(
  engine: Engine,
  attempt: LiveAttempt,
  order: Omit<StopOrder, "uptimeS">,
): Promise<void> {
  attempt.barred = true;
  await attempt.preparing?.catch(() => undefined);
  if (!engine.live.has(attempt.id) || attempt.settling) return;
  if (attempt.supervisor === undefined && (await bar(engine, attempt))) return;
  // A program that has already ended keeps its true outcome.
  if (readStatus(attempt.files).exitStatus === undefined) {
    const stop: StopOrder = { ...order, uptimeS: uptimeS() };
    writeOnce(attempt.files.stop, JSON.stringify(stop));
    await enforceStop(engine, attempt, stop);
  }
  await attempt.ended.promise;
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

/** TERM to every process once, those that appear meanwhile too; after the grace period KILL until all are gone. */
export async function enforceStop(engine: Engine, attempt: LiveAttempt, stop: StopOrder): Promise<void> {
  attempt.disarm?.();
  const told = new Set<number>();
  const killAtS = stop.uptimeS + stop.graceMs / 1000;
  while (!attempt.settling && !engine.closed && uptimeS() < killAtS) {
    const main = readStatus(attempt.files).main?.pid;
    for (const pid of attemptPids(attempt)) {
      // Not the launcher: it has to tell how the program ended.
      if (pid !== main && !told.has(pid)) send(pid, "SIGTERM");
      told.add(pid);
    }
    const leftMs = Math.max(0, (killAtS - uptimeS()) * 1000);
    await Promise.race([attempt.ended.promise, sleep(Math.min(roundMs, leftMs), undefined, { ref: false })]);
  }
  const giveUpS = uptimeS() + supervisorPatienceMs / 1000;
  while (!attempt.settling && !engine.closed) {
    await killAll(attempt);
    if (uptimeS() > giveUpS) return abandonSupervisor(engine, attempt);
    await Promise.race([attempt.ended.promise, sleep(roundMs, undefined, { ref: false })]);
  }
}

/** Something we cannot see holds the log open: the attempt ends without its supervisor's last word. */
async function abandonSupervisor(engine: Engine, attempt: LiveAttempt): Promise<void> {
  if (attempt.supervisor !== undefined) send(attempt.supervisor.pid, "SIGKILL");
  await settle(engine, attempt);
}
