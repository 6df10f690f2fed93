/**
 * A program: keeps the time limits of what a driver left running, for as long as no other has been opened.
 *
 *   keep-limits.ts DIRECTORY MARK
 *
 * It orders to stop and kills as the driver does, by the same files, and records nothing else: how an attempt ended its
 * supervisor writes down, and what came of it the next driver says.
 */
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { AttemptId } from "@yunhe/domain-compute/driver";
import type { StoredJob } from "./attempt.ts";
import type { StopOrder } from "./ending.ts";
import { folderNames, uptimeS } from "./engine.ts";
import { attemptFiles, present, readEnding, readJson, readStart, readStatus } from "./journal.ts";
import { attemptPids, type RunningAttempt } from "./killing.ts";
import { bootId, supervisorLives } from "./process-table.ts";
import { endProcesses, giveStopOrder, timeLimitGraceMs } from "./stop.ts";
import { isNewestDriver } from "./warden.ts";

/** Longest pause between two looks: whether there is a driver again is asked each time. */
const lookEveryMs = 1000;

const [directory = "", mark = ""] = process.argv.slice(2);
const isOurs = (): boolean => isNewestDriver(directory, mark);

/** Nothing new begins without a driver. */
const limited = folderNames(path.join(directory, "live"))
  .map((id) => limitedAttempt(id as AttemptId))
  .filter((attempt) => attempt !== undefined);
await Promise.all(limited.map(keepLimit));

interface LimitedAttempt extends RunningAttempt {
  readonly job: StoredJob;
  readonly limitMs: number;
}

function limitedAttempt(id: AttemptId): LimitedAttempt | undefined {
  const files = attemptFiles(path.join(directory, "live", id));
  const job = readJson<StoredJob>(files.job);
  if (job?.timeLimitMs === undefined || job.bootId !== bootId) return undefined;
  return { id, files, job, limitMs: job.timeLimitMs };
}

async function keepLimit(attempt: LimitedAttempt): Promise<void> {
  while (isOurs() && !isOver(attempt)) {
    const leftMs = leftOf(attempt);
    if (leftMs <= 0) return stop(attempt);
    await sleep(Math.min(leftMs, lookEveryMs));
  }
}

/** An order that the driver gave before it died is carried on with. */
async function stop(attempt: LimitedAttempt): Promise<void> {
  const order = readJson<StopOrder>(attempt.files.stop) ?? orderedNow(attempt);
  if (order === undefined) return;
  // Timers of the stop itself hold no process.
  const awake = setInterval(() => undefined, lookEveryMs);
  await endProcesses(attempt, order, () => !isOurs() || isOver(attempt));
  clearInterval(awake);
}

/** Undefined: its program has just ended by itself. */
function orderedNow(attempt: LimitedAttempt): StopOrder | undefined {
  if (readStatus(attempt.files).exitStatus !== undefined) return undefined;
  return giveStopOrder(attempt.files, { why: "timed-out", graceMs: timeLimitGraceMs });
}

/** Before its supervisor has begun, the whole of it. */
function leftOf({ files, limitMs }: LimitedAttempt): number {
  const start = readStart(files);
  return start.type === "started" ? limitMs - (uptimeS() - start.supervisor.uptimeS) * 1000 : limitMs;
}

function isOver(attempt: LimitedAttempt): boolean {
  const { files } = attempt;
  if (!present(files.folder) || readEnding(files) !== undefined) return true;
  const start = readStart(files);
  if (start.type === "barred") return true;
  if (start.type === "none") return false;
  if (readStatus(files).endedUptimeS !== undefined) return true;
  return !supervisorLives(start.supervisor) && attemptPids(attempt).length === 0;
}
