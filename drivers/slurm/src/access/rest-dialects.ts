import { z } from "zod";
import { statesOf } from "./parse.ts";
import type { Cluster, SlurmJob, SlurmNode, SlurmPartition, Submission } from "./port.ts";

/** One version of slurmrestd's JSON, as far as the driver needs it. */
export interface Dialect {
  readonly version: string;
  /** Query that signals the batch script alone; undefined where a signal always goes to the whole job. */
  readonly terminateQuery: string | undefined;
  job(submission: Submission): Record<string, unknown>;
  jobs(body: unknown, prefix: string): SlurmJob[];
  nodes(body: unknown): SlurmNode[];
  partitions(body: unknown): SlurmPartition[];
}

/** v0.0.38 writes plain numbers; later `{set, infinite, number}`. 0 and -1 mean "not set" in the old one. */
const amount = z.union([
  z.number().transform((value) => (value > 0 ? value : undefined)),
  z
    .object({ set: z.boolean(), infinite: z.boolean(), number: z.number() })
    .transform(({ set, infinite, number }) => (set && !infinite && number > 0 ? number : undefined)),
  z.null().transform(() => undefined),
]);
const wordList = z.union([
  z.array(z.string()),
  z.string().transform((text) => text.split(",").filter((word) => word !== "")),
]);
const states = z.union([z.array(z.string()), z.string().transform((text) => [text])]);

const jobList = z.object({
  jobs: z.array(
    z.object({
      job_id: z.number(),
      name: z.string().nullish(),
      job_state: states,
      state_reason: z.string().nullish(),
      nodes: z.string().nullish(),
      start_time: amount.optional(),
      end_time: amount.optional(),
    }),
  ),
});
const nodeList = z.object({
  nodes: z.array(
    z.object({
      name: z.string(),
      architecture: z.string().nullish(),
      operating_system: z.string().nullish(),
      cpus: z.number(),
      effective_cpus: z.number().optional(),
      real_memory: z.number(),
      temporary_disk: z.number().nullish(),
      gres: z.string().nullish(),
      state: states,
      state_flags: z.array(z.string()).optional(),
      reason: z.string().nullish(),
      active_features: wordList.nullish(),
      partitions: z.array(z.string()).nullish(),
    }),
  ),
});

const seconds = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : value * 1000;
const filled = (text: string | null | undefined): string | undefined => (text ? text : undefined);

function readJobs(body: unknown, prefix: string): SlurmJob[] {
  return jobList
    .parse(body)
    .jobs.filter(({ name }) => name?.startsWith(prefix) === true)
    .map((job) => ({
      id: String(job.job_id),
      name: job.name!,
      // Flags such as COMPLETING come after the state in later versions and say more.
      state: job.job_state.includes("COMPLETING") ? "COMPLETING" : (job.job_state[0] ?? "UNKNOWN"),
      reason: job.state_reason ?? "None",
      node: filled(job.nodes),
      startedAtMs: seconds(job.start_time),
      endedAtMs: seconds(job.end_time),
    }));
}

function readNodes(body: unknown): SlurmNode[] {
  return nodeList.parse(body).nodes.map((node) => ({
    name: node.name,
    architecture: filled(node.architecture) ?? "unknown",
    operatingSystem: (filled(node.operating_system) ?? "unknown").split(" ").slice(0, 2).join(" "),
    cpus: node.effective_cpus ?? node.cpus,
    memoryMiB: node.real_memory,
    diskMiB: node.temporary_disk ?? 0,
    gres: filled(node.gres) ?? "",
    states: [...node.state, ...(node.state_flags ?? [])].flatMap(statesOf),
    reason: filled(node.reason),
    features: node.active_features ?? [],
    partitions: node.partitions ?? [],
  }));
}

const oldPartitions = z.object({
  partitions: z.array(
    z.object({
      name: z.string(),
      flags: z.array(z.string()),
      nodes: z.string().nullish(),
      state: z.string(),
      max_time_limit: amount.optional(),
    }),
  ),
});
const newPartitions = z.object({
  partitions: z.array(
    z.object({
      name: z.string(),
      nodes: z.object({ configured: z.string().nullish() }),
      maximums: z.object({ time: amount }),
      partition: z.object({ state: states }),
    }),
  ),
});

/** What both versions of the job description call the same. Absent: Slurm's own default. */
function commonJob(submission: Submission): Record<string, unknown> {
  const { account, qos, reservation, partition, constraint } = submission;
  return {
    name: submission.name,
    dependency: "singleton",
    comment: submission.comment,
    current_working_directory: submission.folder,
    standard_output: `${submission.folder}/slurm.out`,
    cpus_per_task: submission.cpus,
    tasks: 1,
    requeue: submission.requeue,
    ...Object.fromEntries(
      Object.entries({ account, qos, reservation, partition, constraints: constraint }).filter(
        ([, value]) => value !== undefined,
      ),
    ),
  };
}

const environment = { PATH: "/usr/local/bin:/usr/bin:/bin" };
const number = (value: number): unknown => ({ set: true, infinite: false, number: value });

const v38: Dialect = {
  version: "v0.0.38",
  terminateQuery: undefined,
  job: (submission) => ({
    ...commonJob(submission),
    environment,
    time_limit: submission.minutes,
    memory_per_node: submission.memoryMiB,
    nodes: [1, 1],
    open_mode: "append",
    // This version has no word for a wanted node: Slurm chooses.
    ...(submission.gres === undefined ? {} : { gres: submission.gres }),
  }),
  jobs: readJobs,
  nodes: readNodes,
  partitions: (body) =>
    oldPartitions.parse(body).partitions.map((one) => ({
      name: one.name,
      isDefault: one.flags.includes("default"),
      up: one.state.toUpperCase() === "UP",
      maxMinutes: one.max_time_limit,
      nodes: one.nodes ?? "",
    })),
};

const v40: Dialect = {
  version: "v0.0.40",
  terminateQuery: "?signal=TERM&flags=BATCH_JOB",
  job: (submission) => ({
    ...commonJob(submission),
    environment: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    time_limit: number(submission.minutes),
    memory_per_node: number(submission.memoryMiB),
    minimum_nodes: 1,
    maximum_nodes: 1,
    open_mode: ["APPEND"],
    ...(submission.node === undefined ? {} : { required_nodes: [submission.node] }),
    ...(submission.gres === undefined
      ? {}
      : {
          tres_per_node: submission.gres
            .split(",")
            .map((item) => `gres/${item}`)
            .join(","),
        }),
  }),
  jobs: readJobs,
  nodes: readNodes,
  partitions: (body) =>
    newPartitions.parse(body).partitions.map((one) => ({
      name: one.name,
      // This family does not say which one is the default.
      isDefault: false,
      up: one.partition.state.includes("UP"),
      maxMinutes: one.maximums.time,
      nodes: one.nodes.configured ?? "",
    })),
};

/** The newest first. Later versions keep the names that are used here, so the next ones are asked for as well. */
export const dialects: readonly Dialect[] = [
  ...["v0.0.43", "v0.0.42", "v0.0.41"].map((version) => ({ ...v40, version })),
  v40,
  v38,
];

const meta = z.object({
  meta: z
    .object({
      slurm: z.object({ release: z.string(), cluster: z.string().optional() }).optional(),
      Slurm: z.object({ release: z.string() }).optional(),
    })
    .optional(),
});

export function restVersion(body: unknown): Pick<Cluster, "version" | "name"> {
  const found = meta.safeParse(body).data?.meta;
  return { version: found?.slurm?.release ?? found?.Slurm?.release ?? "", name: found?.slurm?.cluster ?? "" };
}

const diagnosis = z.object({ statistics: z.object({ req_time: amount }) });

/** The controller's clock when it answered `diag`, in whole seconds. */
export const controllerMs = (body: unknown): number | undefined =>
  seconds(diagnosis.safeParse(body).data?.statistics.req_time);

const errorList = z.object({
  errors: z.array(z.object({ error: z.string().nullish(), description: z.string().nullish() })),
});

/** Slurm's words for what went wrong; "" for none. A plain text is taken as it is. */
export function errorsOf(body: string): string {
  try {
    const { errors } = errorList.parse(JSON.parse(body));
    return errors.map(({ error, description }) => [description, error].filter(Boolean).join(": ")).join("; ");
  } catch {
    return body.startsWith("{") ? "" : body.trim().slice(0, 300);
  }
}
