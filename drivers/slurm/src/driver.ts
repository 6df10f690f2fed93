import type { Environment } from "@yunhe/kernel";
import type { AttemptId, AttemptRef, Driver, EngineJob, OutputFile } from "@yunhe/domain-compute/driver";
import { Arrays } from "./arrays.ts";
import { commandLineAccess } from "./access/command-line.ts";
import type { Logger, SlurmAccess } from "./access/port.ts";
import { restAccess } from "./access/rest.ts";
import { localShell } from "./access/shell.ts";
import type { Shell } from "./access/shell.ts";
import { sshShell } from "./access/ssh.ts";
import type { SlurmConfig } from "./config.ts";
import { attemptPattern, handleOf, ownerLabel } from "./engine.ts";
import type { Engine, Ready } from "./engine.ts";
import { readEvidence } from "./evidence.ts";
import { choosePartition, facts } from "./facts.ts";
import { localFiles } from "./files/local.ts";
import { remoteFiles } from "./files/remote.ts";
import { HandOver } from "./hand-over.ts";
import { readLog } from "./logs.ts";
import { observe } from "./observe.ts";
import { QueueView } from "./queue-view.ts";
import { stageOf } from "./states.ts";
import { cancel } from "./stop.ts";
import { submit } from "./submit.ts";
import { startWatching } from "./watch.ts";

export interface SlurmDriverOptions {
  readonly config: SlurmConfig;
  /**
   * Whose jobs these are: unlike for any two control planes and pools, and the same after a restart. Jobs and folders
   * carry it; only those that do are ever listed, cancelled or removed.
   */
  readonly owner: string;
  readonly environment: Environment;
  readonly logger?: Logger;
}

/** So many attempts are prepared at once, so that those of an array go together. */
const attemptsTogether = 128;

/** Opens a Slurm partition as an engine. Nothing is asked of the cluster yet: each call that cannot reach it says so. */
export function openSlurmDriver(options: SlurmDriverOptions): Driver {
  const engine = openEngine(options);
  const { config } = engine;
  const stopWatching = startWatching(engine);
  return {
    engine: "slurm",
    storage: engine.storage,
    facts: (signal) => facts(engine, signal),
    together: attemptsTogether,
    ...(config.nodeChoice === "slurm" ? { choosesNodes: true as const } : {}),
    submit: (job, signal) => submit(engine, job, signal),
    observe: (attempts) => observe(engine, attempts),
    watch: (onChange) => {
      engine.listeners.add(onChange);
      return () => engine.listeners.delete(onChange);
    },
    cancel: (attempt, order) => cancel(engine, attempt, order),
    logs: (attempt, wanted) => readLog(engine, attempt, wanted),
    outputs: (attempt, signal) => outputs(engine, attempt, signal),
    list: () => list(engine),
    forget: (attempt) => forget(engine, attempt),
    close: async () => {
      stopWatching();
      await Promise.allSettled(engine.submitting.values());
      await engine.access.close();
    },
  };
}

function openEngine({ config, owner, environment, logger }: SlurmDriverOptions): Engine {
  const label = ownerLabel(owner);
  const { access, files, storage } = openAccess(config, label);
  const prefix = `yunhe.${label}.`;
  const arrays = new Arrays(files);
  return {
    config,
    environment,
    logger: logger ?? { warn: () => undefined },
    access,
    files,
    arrays,
    storage,
    prefix,
    queue: new QueueView({ access, arrays, prefix }, environment.clock, config.pollMs),
    handOver: new HandOver({ access, files, arrays, environment, prefix }),
    tracked: new Map(),
    submitting: new Map(),
    listeners: new Set(),
    ready: onceReady(async () => {
      const signal = AbortSignal.timeout(60_000);
      const [partitions, { settings }] = await Promise.all([
        access.partitions(signal),
        access.cluster(signal),
        files.open().then(() => arrays.open()),
      ]);
      const arrayLimit = Number(settings.get("MaxArraySize") ?? 0);
      return { partition: choosePartition(partitions, config), arrayLimit };
    }),
  };
}

function openAccess(config: SlurmConfig, label: string): Pick<Engine, "access" | "files" | "storage"> {
  const shell =
    config.ssh === undefined ? localShell(config.slurmConf) : sshShell(config.ssh, config.slurmConf, label);
  const files =
    config.ssh === undefined
      ? localFiles(config.workDirectory, label)
      : remoteFiles(shell, config.workDirectory, label);
  const access =
    config.rest === undefined ? commandLineAccess(shell, config.commands) : restAccess(config.rest);
  // A dot keeps it out of the list of attempts.
  const storage = {
    root: `${files.root}/.volumes`,
    ...(shell.remote === undefined ? {} : { remote: shell.remote }),
  };
  return { access: closingAlso(access, shell), files, storage };
}

/** Over REST the shell is the files' alone, and still has to be let go of. */
const closingAlso = (access: SlurmAccess, shell: Shell): SlurmAccess => ({
  ...access,
  close: async () => {
    await access.close();
    await shell.close();
  },
});

function onceReady(prepare: () => Promise<Ready>): () => Promise<Ready> {
  let preparing: Promise<Ready> | undefined;
  return () => {
    preparing ??= prepare().catch((error: unknown) => {
      preparing = undefined;
      throw error;
    });
    return preparing;
  };
}

async function* outputs(engine: Engine, { id }: AttemptRef, signal: AbortSignal): AsyncGenerator<OutputFile> {
  if (!attemptPattern.test(id)) return;
  await engine.ready();
  const { job } = (await readEvidence(engine, [id])).get(id)!;
  if (job !== undefined) yield* engine.files.outputs(id, job.outputs, signal);
}

/** What waits or runs in Slurm, and every folder that is kept. */
async function list(engine: Engine): Promise<readonly EngineJob[]> {
  await engine.ready();
  const [folders, look] = await Promise.all([
    engine.files.list(),
    engine.queue.look(engine.environment.clock.monotonicMs()),
  ]);
  const found = new Map<string, EngineJob>();
  await engine.arrays.sweep(folders);
  for (const name of folders.filter((each) => attemptPattern.test(each)))
    found.set(name, { attempt: name as AttemptId, handle: handleOf("none"), live: false });
  for (const [attempt, job] of look.jobs) {
    const live = stageOf(job.state) !== "ended";
    if (live || found.has(attempt)) found.set(attempt, { attempt, handle: handleOf(job.id), live });
  }
  return [...found.values()];
}

async function forget(engine: Engine, { id }: AttemptRef): Promise<void> {
  if (!attemptPattern.test(id)) return;
  await engine.ready();
  const look = await engine.queue.look(engine.tracked.get(id)?.changedAtMs ?? -Infinity);
  const job = look.jobs.get(id);
  if (job !== undefined && stageOf(job.state) !== "ended")
    throw new Error(`attempt ${id} has not ended: cancel it first`);
  await engine.files.remove(id);
  engine.tracked.delete(id);
}
