import { stat } from "node:fs/promises";
import path from "node:path";
import { words } from "@yunhe/kernel";
import { JobRefused } from "@yunhe/domain-compute/driver";
import type { AttemptId, Ending, InputFile, Job, JobHandle, Outcome } from "@yunhe/domain-compute/driver";
import { changed, handleOf, track } from "./engine.ts";
import type { Engine } from "./engine.ts";
import { readEvidence, withdrawn } from "./evidence.ts";
import type { Evidence, StoredJob } from "./evidence.ts";
import type { Entry } from "./files/port.ts";
import { devicesOfGres, gresRequest } from "./gres.ts";
import { historyOf } from "./history.ts";
import { jobEnvironment } from "./job-environment.ts";
import { launchFile } from "./launch-file.ts";
import { sampleSeconds } from "./observe.ts";
import { noUsage } from "./record.ts";
import { refuseImpossible } from "./refuse.ts";
import { submissionOf } from "./submission.ts";

/** Slurm's KillWait is 30 s unless the cluster says otherwise; a little less than that. */
const slurmGraceSeconds = 25;

/**
 * Slurm has no idempotency key. The attempt's folder is made first, exclusively: whoever makes it may submit at once;
 * whoever finds it asks the folder, the queue and accounting before submitting again. If the answer to sbatch was lost
 * all the same, `--dependency=singleton` keeps two jobs of one name from running together, and the supervisor's claim
 * keeps the second one from running at all (T2).
 */
export function submit(engine: Engine, job: Job, signal: AbortSignal): Promise<JobHandle> {
  const known = engine.submitting.get(job.attempt);
  if (known !== undefined) return known;
  const handle = submitOnce(engine, job, signal).finally(() => engine.submitting.delete(job.attempt));
  engine.submitting.set(job.attempt, handle);
  return handle;
}

async function submitOnce(engine: Engine, job: Job, signal: AbortSignal): Promise<JobHandle> {
  refuseImpossible(job);
  const prepared = engine.handOver.expect(job);
  try {
    const ready = await engine.ready();
    const gres = await gresOf(engine, job, signal);
    const lost = await missingInput(job.inputs);
    // Whoever was held up until somebody else leads leaves it to him: he may have ended and forgotten it (C1, T5).
    signal.throwIfAborted();
    const known = await place(engine, job, lost);
    if (known !== undefined) return known;
    if (lost !== undefined) return handleOf("none");
    signal.throwIfAborted();
    const submission = submissionOf(engine, job, gres, ready);
    const handed = engine.handOver.submit(job, submission, ready.arrayLimit, signal);
    prepared();
    return handleOf(await answered(engine, job, handed));
  } finally {
    prepared();
  }
}

/** Puts everything into the attempt's folder; gives the handle if it was handed over before, or never will be. */
async function place(engine: Engine, job: Job, lost: Outcome | undefined): Promise<JobHandle | undefined> {
  const entries = entriesOf(engine, job, lost);
  if (await engine.files.place(job.attempt, entries, false)) return undefined;
  const evidence = (await readEvidence(engine, [job.attempt])).get(job.attempt)!;
  const earlier = await findEarlier(engine, job, evidence);
  if (earlier !== undefined) return earlier;
  // Told to end before anything was handed over: nothing is (T5).
  if (evidence.stop !== undefined) return handleOf("none");
  // A whole folder is left alone: a job whose answer is still on its way may be reading it.
  if (evidence.job === undefined) await engine.files.place(job.attempt, entries, true);
  return undefined;
}

async function answered(engine: Engine, job: Job, handed: Promise<string>): Promise<string> {
  try {
    const id = await handed;
    track(engine, job.attempt).takenAtMs = engine.environment.clock.monotonicMs();
    return id;
  } catch (error) {
    if (error instanceof JobRefused) await takeBack(engine, job.attempt);
    throw error;
  } finally {
    changed(engine, job.attempt);
  }
}

/** Never taken and never will be: as if it had not been tried, but for an order to end it, which holds for ever. */
async function takeBack(engine: Engine, attempt: AttemptId): Promise<void> {
  const { stop } = (await readEvidence(engine, [attempt])).get(attempt)!;
  if (stop === undefined) await engine.files.remove(attempt);
}

/** Of a submission whose answer is not known: its folder, then queue and accounting by name. */
async function findEarlier(engine: Engine, job: Job, evidence: Evidence): Promise<JobHandle | undefined> {
  if (evidence.jobId !== undefined) return handleOf(evidence.jobId);
  if (evidence.ending !== undefined || evidence.claim === withdrawn) return handleOf("none");
  const look = await engine.queue.look(engine.environment.clock.monotonicMs());
  const found = look.jobs.get(job.attempt) ?? (await historyOf(engine, [job.attempt])).get(job.attempt);
  if (found === undefined) return undefined;
  await engine.files.write(job.attempt, "handle", `${found.id}\n`);
  return handleOf(found.id);
}

async function gresOf(engine: Engine, job: Job, signal: AbortSignal): Promise<string | undefined> {
  if (job.grant.devices.length === 0) return undefined;
  const nodes = await engine.access.nodes(signal);
  const node = nodes.find(({ name }) => name === job.grant.node);
  const gres = (node ?? nodes.find((one) => hasAll(one.gres, job)))?.gres ?? "";
  const request = gresRequest(job.grant.devices, devicesOfGres(gres, true, engine.config.devices));
  if (request.type === "ask") return request.gres;
  const where = job.grant.node ?? "the cluster";
  throw new JobRefused(
    {
      "unknown-device": words(
        `There is no device "${request.device}" on ${where}: ask for a model that the pool shows.`,
        `${where} 上没有设备“${request.device}”：请选用资源池中列出的型号。`,
      ),
      "no-sharing": words(
        `${where} cannot share the device "${request.device}": its Slurm has neither "shard" nor "mps"; ask for whole devices.`,
        `${where} 无法共享设备“${request.device}”：其 Slurm 未配置 “shard” 或 “mps”；请申请整卡。`,
      ),
      mixed: words(
        "Slurm gives parts of one device only, and not together with others: ask for one part, or for whole devices.",
        "Slurm 只能分配单个设备的一部分，且不能与其他设备同时分配：请只申请一份，或申请整卡。",
      ),
    }[request.why],
  );
}

function hasAll(gres: string, job: Job): boolean {
  const { types } = devicesOfGres(gres, true, {});
  return job.grant.devices.every(({ id }) => types.has(id));
}

function entriesOf(engine: Engine, job: Job, lost: Outcome | undefined): Entry[] {
  const folder = `${engine.files.root}/${job.attempt}`;
  const stored: StoredJob = {
    title: job.title,
    program: job.command[0],
    memoryBytes: job.grant.memoryBytes,
    ...(job.timeLimitMs === undefined ? {} : { timeLimitMs: job.timeLimitMs }),
    outputs: [...job.outputs],
  };
  const text = (name: string, content: string): Entry => ({
    type: "text",
    path: name,
    text: content,
    mode: 0o600,
  });
  const described = text("job.json", JSON.stringify(stored));
  if (lost !== undefined) {
    const endedAtMs = engine.environment.clock.nowMs();
    const ending: Ending = {
      outcome: lost,
      startedAtMs: undefined,
      endedAtMs,
      node: undefined,
      usage: noUsage,
    };
    return [described, text("ending.json", JSON.stringify(ending))];
  }
  const launch = launchFile(job, {
    folder,
    environment: jobEnvironment(job, folder),
    sampleSeconds,
    requeue: engine.config.requeue,
    defaultGraceSeconds: slurmGraceSeconds,
  });
  return [
    { type: "folder", path: path.posix.join("work", job.workingDirectory) },
    text("launch", launch),
    ...job.inputs.map((input): Entry => ({ ...input, type: "copy", path: `work/${input.path}` })),
    described,
  ];
}

async function missingInput(inputs: readonly InputFile[]): Promise<Outcome | undefined> {
  for (const { path: name, source } of inputs) {
    const found = await stat(source).catch((error: NodeJS.ErrnoException) => error);
    if (!(found instanceof Error) && found.isFile()) continue;
    const why = found instanceof Error ? found.code : "not a file";
    const reason = words(
      `The input file "${name}" cannot be read from ${source} (${why}): send it again with the task.`,
      `无法从 ${source} 读取输入文件“${name}”（${why}）：请随任务重新发送。`,
    );
    return { type: "not-started", reason };
  }
  return undefined;
}
