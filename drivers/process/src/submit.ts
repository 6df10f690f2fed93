import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { EngineUnreachable } from "@yunhe/domain-compute/driver";
import type { Job, JobHandle, Outcome } from "@yunhe/domain-compute/driver";
import type { LiveAttempt, StoredJob } from "./attempt.ts";
import type { CgroupLimits } from "./cgroups.ts";
import { doneFolder, dropAttempt, handleOf, newAttempt } from "./engine.ts";
import type { Engine } from "./engine.ts";
import { present } from "./journal.ts";
import { buildLaunch } from "./launch.ts";
import { mpsEnvironment, sandboxPipes } from "./mps.ts";
import { prepareWork } from "./prepare.ts";
import { bootId } from "./process-table.ts";
import { refuseImpossible } from "./refuse.ts";
import { settleWithout } from "./settle.ts";
import { shareDevice } from "./share.ts";
import { taskEnvironment } from "./task-environment.ts";

/**
 * The crash points: without `job.json` nothing was started and the folder is thrown away; with it the supervisor is
 * started, again after a crash, and `started`, which it makes exclusively, lets only one of several run.
 */
export async function submit(engine: Engine, job: Job): Promise<JobHandle> {
  const known = engine.live.get(job.attempt);
  if (known !== undefined) {
    await known.preparing;
    return handleOf(job.attempt);
  }
  refuseImpossible(job, { ...engine, devices: engine.devices.byId });
  if (engine.barred.has(job.attempt) || present(doneFolder(engine, job.attempt)))
    return handleOf(job.attempt);
  const attempt = newAttempt(engine, job.attempt);
  attempt.preparing = prepareAndStart(engine, attempt, job).finally(() => {
    attempt.preparing = undefined;
  });
  await attempt.preparing;
  return handleOf(job.attempt);
}

async function prepareAndStart(engine: Engine, attempt: LiveAttempt, job: Job): Promise<void> {
  let refusal: Outcome | undefined;
  try {
    await mkdir(attempt.files.folder, { mode: 0o700 });
    const { settings } = engine.probe;
    refusal = await prepareWork(attempt.files, job, settings);
    if (refusal === undefined) attempt.job = await writeJob(engine, attempt, job);
  } catch (error) {
    // Nothing was started: as if it had never been submitted.
    dropAttempt(engine, attempt.id);
    await engine.sharing.mps?.release(attempt.id);
    await rm(attempt.files.folder, { recursive: true, force: true });
    throw unprepared(error);
  }
  if (engine.barred.has(attempt.id)) return await settleWithout(engine, attempt, { type: "cancelled" });
  if (refusal !== undefined) return await settleWithout(engine, attempt, refusal);
  await launch(engine, attempt);
}

function unprepared(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code !== "ENOSPC" && code !== "EDQUOT" && code !== "EMFILE") return error;
  return new EngineUnreachable(
    {
      en: `The task's folder could not be made (${code}): free space on the disk of Yunhe's data directory.`,
      zh: `无法创建任务目录（${code}）：请在云鹤数据目录所在磁盘上腾出空间。`,
    },
    { cause: error },
  );
}

async function writeJob(engine: Engine, attempt: LiveAttempt, job: Job): Promise<StoredJob> {
  const { files } = attempt;
  const { settings } = engine.probe;
  const shared = await shareDevice(engine, job);
  const pipes = settings.level === "sandbox" ? sandboxPipes : (shared?.access.pipes ?? "");
  const mps = shared && mpsEnvironment(shared.grant, pipes);
  const launch = buildLaunch(settings, {
    command: job.command,
    environment: taskEnvironment(job, settings.level, files, engine.devices.byId, mps),
    work: files.work,
    temporary: files.temporary,
    workingDirectory: job.workingDirectory,
    volumes: job.volumes,
    deviceNodes: engine.devices.nodesFor(job.grant.devices.map((device) => device.id)),
    mps: shared?.access,
    launchFile: files.launch,
  });
  const limits = cgroupLimits(job);
  const stored: StoredJob = {
    title: job.title,
    program: job.command[0],
    level: settings.level,
    memoryBytes: job.grant.memoryBytes,
    devices: job.grant.devices,
    sharedDevice: shared?.grant.id,
    outputs: job.outputs,
    timeLimitMs: job.timeLimitMs,
    logLimitBytes: job.logLimitBytes,
    cgroup: engine.cgroups?.acquire(attempt.id, limits),
    cgroupLimits: limits,
    exactSignals: engine.probe.exactSignals,
    argv: launch.argv,
    directory: settings.level === "sandbox" ? "/" : path.join(files.work, job.workingDirectory),
    system: job.network ? engine.system.online : engine.system.offline,
    bootId,
    preparedAtMs: engine.environment.clock.nowMs(),
  };
  await writeFile(files.launch, launch.file, { mode: 0o600 });
  await writeFile(files.job, JSON.stringify(stored), { mode: 0o600 });
  return stored;
}

const pidsPerCore = 512;

function cgroupLimits(job: Job): CgroupLimits {
  const cores = Math.max(1, Math.ceil(job.grant.cpuMilli / 1000));
  return {
    cpuMilli: job.grant.cpuMilli,
    memoryBytes: job.grant.memoryBytes,
    pids: 1024 + cores * pidsPerCore,
  };
}

/** Hands the prepared attempt to a supervisor; doing it again is harmless. */
export async function launch(engine: Engine, attempt: LiveAttempt): Promise<void> {
  const job = attempt.job!;
  if (job.timeLimitMs !== undefined) engine.warden.watch();
  await engine.supervisors.start(attempt.id, { folder: attempt.files.folder, ...job });
}
