import { existsSync } from "node:fs";
import { appendFile, readdir, rename, rm, truncate } from "node:fs/promises";
import path from "node:path";
import type { Ending, Outcome } from "@yunhe/domain-compute/driver";
import type { LiveAttempt } from "./attempt.ts";
import { cgroupPids, cgroupUsage, ranOutOfMemory } from "./cgroups.ts";
import { decideOutcome, logHead } from "./ending.ts";
import type { StopOrder } from "./ending.ts";
import { doneFolder, dropAttempt, notify } from "./engine.ts";
import type { Engine } from "./engine.ts";
import { readJson, readStatus, settledLine } from "./journal.ts";
import type { StatusRecord } from "./journal.ts";
import { killAll } from "./killing.ts";

/**
 * Records once how the attempt ended, after making sure that nothing of it is left. `lost` replaces what the files
 * would say when the supervisor could not tell (its machine restarted).
 */
export async function settle(engine: Engine, attempt: LiveAttempt, lost?: Outcome): Promise<void> {
  if (attempt.settling) return;
  attempt.settling = true;
  attempt.disarm?.();
  const status = readStatus(attempt.files);
  const outOfMemory = await release(engine, attempt, status);
  const outcome = lost ?? outcomeOf(attempt, status, outOfMemory);
  await record(engine, attempt, outcome, endOf(attempt, status), status.endedUptimeS !== undefined);
}

/** For an attempt that never ran. */
export async function settleWithout(engine: Engine, attempt: LiveAttempt, outcome: Outcome): Promise<void> {
  if (attempt.settling) return;
  attempt.settling = true;
  attempt.disarm?.();
  await record(engine, attempt, outcome, engine.environment.clock.nowMs(), false);
}

/** Takes the last reading, ends what is left; says whether the kernel killed for want of memory. */
async function release(engine: Engine, attempt: LiveAttempt, status: StatusRecord): Promise<boolean> {
  const group = attempt.job?.cgroup;
  const endUptimeS = status.endedUptimeS ?? attempt.meter.state.atUptimeS;
  if (group === undefined) {
    if (attempt.job?.level !== "sandbox" || status.endedUptimeS === undefined) await killAll(attempt);
    attempt.meter.finish(endUptimeS, { cpuMs: status.cpuMs, memoryBytes: undefined, peakBytes: undefined });
    return false;
  }
  const outOfMemory = ranOutOfMemory(group);
  if (cgroupPids(group).length > 0 && !(await killAll(attempt))) {
    engine.logger.warn({
      en: `Processes of attempt ${attempt.id} cannot be killed; they wait in the kernel.`,
      zh: `尝试 ${attempt.id} 的进程无法终止，它们停留在内核中。`,
    });
  }
  const usage = cgroupUsage(group);
  attempt.meter.finish(endUptimeS, { ...usage, cpuMs: usage.cpuMs ?? status.cpuMs });
  return outOfMemory;
}

function outcomeOf(attempt: LiveAttempt, status: StatusRecord, outOfMemory: boolean): Outcome {
  const job = attempt.job!;
  const ended = status.exitStatus !== undefined && !status.missing && !status.unstartable;
  return decideOutcome({
    status,
    stop: existsSync(attempt.files.stop) ? readJson<StopOrder>(attempt.files.stop) : undefined,
    outOfMemory,
    memoryLimitBytes: job.memoryBytes,
    timeLimitMs: job.timeLimitMs,
    program: job.program,
    logHead: ended ? "" : logHead(attempt.files.log),
    exactSignals: job.exactSignals,
  });
}

/** On the supervisor's own clock, so that a jump of the wall clock lengthens or shortens nothing. */
function endOf(attempt: LiveAttempt, status: StatusRecord): number {
  const supervisor = attempt.supervisor;
  if (supervisor === undefined) return status.writtenAtMs;
  if (status.endedUptimeS === undefined) return Math.max(status.writtenAtMs, supervisor.startedAtMs);
  return supervisor.startedAtMs + Math.max(0, Math.round((status.endedUptimeS - supervisor.uptimeS) * 1000));
}

/** `cleaned`: the supervisor came to its end, and has emptied the launch file. */
async function record(
  engine: Engine,
  attempt: LiveAttempt,
  outcome: Outcome,
  endedAtMs: number,
  cleaned: boolean,
): Promise<void> {
  const ran = attempt.supervisor !== undefined && outcome.type !== "not-started";
  const ending: Ending = {
    outcome,
    startedAtMs: ran ? attempt.supervisor?.startedAtMs : undefined,
    endedAtMs,
    node: ran ? engine.node : undefined,
    usage: attempt.meter.usage(),
  };
  await appendFile(attempt.files.started, settledLine(ending), { mode: 0o600 });
  // It held the environment, and with it the task's secrets.
  if (!cleaned) await truncate(attempt.files.launch).catch(() => undefined);
  await emptyFolder(attempt.files.temporary);
  await rename(attempt.files.folder, doneFolder(engine, attempt.id));
  // Only now: a group that another attempt uses must not be found in the files of this one after a crash, since what
  // runs in it would be ended as a left-over.
  if (attempt.job?.cgroup !== undefined)
    engine.cgroups?.release(attempt.job.cgroup, attempt.job.cgroupLimits);
  void engine.sharing.mps?.release(attempt.id).catch((error: unknown) =>
    engine.logger.warn({
      en: `The MPS daemon of attempt ${attempt.id} could not be ended: ${String(error)}`,
      zh: `无法结束尝试 ${attempt.id} 的 MPS 守护进程：${String(error)}`,
    }),
  );
  dropAttempt(engine, attempt.id);
  engine.supervisors.release(attempt.id);
  attempt.ended.resolve(ending);
  notify(engine, attempt.id);
}

async function emptyFolder(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names)
    await rm(path.join(folder, name), { recursive: true, force: true }).catch(() => undefined);
}
