import path from "node:path";
import { words } from "@yunhe/kernel";
import { z } from "zod";

/** A word that neither a shell nor Slurm reads as anything else. */
const plain = z
  .string()
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9_.@:+-]*$/,
    "Letters, digits and _ . @ : + - only. / 只能包含字母、数字与 _ . @ : + -。",
  );
const hostName = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?$/, "A host name or address. / 须为主机名或地址。");
const absolute = z
  .string()
  .regex(
    // Slurm expands % in file names, and a line end or quote has no place in one.
    /^\/[^\n\r'"%\\\0]*$/,
    'An absolute path without quotes, "%" and line ends. / 须为绝对路径，且不含引号、“%”与换行。',
  )
  .transform((folder) => path.posix.normalize(folder).replace(/(?<=.)\/$/, ""));

const ssh = z.strictObject({
  host: hostName,
  user: plain.optional(),
  port: z.int().min(1).max(65535).optional(),
  /** Private key; the agent's and the user's own keys unless said otherwise. */
  identityFile: absolute.optional(),
  /** Where the host's key is looked up; the user's own file unless said otherwise. Never learnt by itself. */
  knownHostsFile: absolute.optional(),
  proxyJump: hostName.optional(),
});

const rest = z.strictObject({
  /** `http://host:port`, `https://…`, or `unix:/path/to/slurmrestd.sock`. */
  url: z
    .string()
    .regex(
      /^(https?:\/\/[^/\s]+|unix:\/\S+)$/,
      "http://host:port, https://host:port or unix:/path. / 须为 http://主机:端口、https://主机:端口 或 unix:/路径。",
    ),
  /** Whose token it is. */
  user: plain.optional(),
  /** A file that holds a JSON Web Token of Slurm; read again for each request, so that it can be renewed. */
  tokenFile: absolute.optional(),
});

const deviceModel = z.strictObject({
  vendor: z.string().min(1),
  model: z.string().min(1),
  memoryBytes: z.int().positive(),
  simulated: z.boolean().default(false),
});

/** What a pool of driver `slurm` may say in `spec.config`. */
export const slurmConfig = z
  .strictObject({
    /** A folder that both the login host and every node see at this path, such as one in the shared home. */
    workDirectory: absolute,
    /** Present: the cluster's command line is used over SSH on that host. Absent: on this host. */
    ssh: ssh.optional(),
    /** Present: jobs are handled by slurmrestd; files still go through the shared folder, here or over SSH. */
    rest: rest.optional(),
    /** Folder of the Slurm commands; they are looked up in PATH unless said otherwise. */
    commands: absolute.optional(),
    /** Another slurm.conf than the host's own. */
    slurmConf: absolute.optional(),
    /** The cluster's default partition unless said otherwise. */
    partition: plain.optional(),
    account: plain.optional(),
    qos: plain.optional(),
    reservation: plain.optional(),
    /** Features that every node must have, as `sbatch --constraint` takes them. */
    constraint: z
      .string()
      .regex(/^[A-Za-z0-9_.@:&|()*[\]-]+$/)
      .optional(),
    /** Who picks the node within the partition; let Slurm do it where others use the cluster too. */
    nodeChoice: z.enum(["scheduler", "slurm"]).default("scheduler"),
    /** Let Slurm put a preempted or lost job back into its queue; otherwise Yunhe makes the next attempt. */
    requeue: z.boolean().default(false),
    /** Deadline of a job whose task has no timeout. */
    maximumHours: z
      .number()
      .positive()
      .max(24 * 365)
      .default(24 * 7),
    /** How old the list of jobs may be. */
    pollMs: z.int().min(200).max(600_000).default(1000),
    /** How late the shared file system may show a file that a node has made (NFS: up to 60 s). */
    fileDelaySeconds: z.int().min(5).max(3600).default(90),
    /** What Slurm calls a GPU type → what it is; for types that are not known by name. */
    devices: z.record(z.string(), deviceModel).default({}),
  })
  .refine(({ rest: api, commands }) => api === undefined || commands === undefined, {
    message: "`commands` is for the command line, not for `rest`. / `commands` 用于命令行，不用于 `rest`。",
  });

export type SlurmConfig = z.output<typeof slurmConfig>;
export type SshConfig = z.output<typeof ssh>;
export type RestConfig = z.output<typeof rest>;
export type DeviceModel = z.output<typeof deviceModel>;

/** Throws an error with words that name each setting that is wrong. */
export function parseSlurmConfig(config: unknown): SlurmConfig {
  const parsed = slurmConfig.safeParse(config);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues
    .map(({ path: at, message }) => `${at.join(".") || "config"}: ${message}`)
    .join("; ");
  const told = words(
    `The pool's configuration for Slurm is not right: ${issues}`,
    `资源池的 Slurm 配置有误：${issues}`,
  );
  throw Object.assign(new Error(told.en, { cause: parsed.error }), { words: told });
}
