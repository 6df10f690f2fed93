import type { Job } from "@yunhe/domain-compute/driver";
import type { Submission } from "./access/port.ts";
import type { Engine, Ready } from "./engine.ts";
import { quoted } from "./launch-file.ts";

const mib = 2 ** 20;
/** The supervisor ends a job at its exact time; Slurm's own limit is the deadline behind it, in whole minutes. */
const slackMinutes = 2;

export function submissionOf(
  engine: Engine,
  job: Job,
  gres: string | undefined,
  { partition }: Ready,
): Submission {
  const { config, files } = engine;
  const folder = `${files.root}/${job.attempt}`;
  const minutes =
    job.timeLimitMs === undefined
      ? Math.min(config.maximumHours * 60, partition?.maxMinutes ?? Infinity)
      : Math.ceil(job.timeLimitMs / 60_000) + slackMinutes;
  return {
    name: engine.prefix + job.attempt,
    comment: commentOf(engine, job, minutes),
    script: `#!/bin/sh\nexec /bin/sh ${quoted(files.supervisor)} ${quoted(folder)}\n`,
    folder,
    cpus: Math.max(1, Math.ceil(job.grant.cpuMilli / 1000)),
    memoryMiB: Math.max(1, Math.ceil(job.grant.memoryBytes / mib)),
    minutes: Math.max(1, Math.ceil(minutes)),
    requeue: config.requeue,
    node: config.nodeChoice === "scheduler" ? job.grant.node : undefined,
    gres,
    partition: config.partition,
    account: config.account,
    qos: config.qos,
    reservation: config.reservation,
    constraint: config.constraint,
  };
}

/** For people and administrators: whose job it is and how long it may last. Only characters that need no care. */
function commentOf(engine: Engine, job: Job, minutes: number): string {
  const deadline = new Date(engine.environment.clock.nowMs() + minutes * 60_000).toISOString();
  const title = job.title.replaceAll(/[^A-Za-z0-9_./#-]/g, "_").slice(0, 120);
  return `yunhe:${engine.prefix.split(".")[1]} ${title} run<=${Math.ceil(minutes)}min submitted-deadline=${deadline}`;
}
