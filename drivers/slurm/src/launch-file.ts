import path from "node:path";
import type { Job } from "@yunhe/domain-compute/driver";

export interface LaunchSettings {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly sampleSeconds: number;
  /** Slurm may run it again under the same job id. */
  readonly requeue: boolean;
  /** Between TERM and KILL when Slurm itself sends a TERM. */
  readonly defaultGraceSeconds: number;
}

/** Which devices Slurm gave; empty, not absent, without any: a program that finds no variable would take every device. */
const always = ["CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "ASCEND_RT_VISIBLE_DEVICES"];
/** What Slurm tells a batch script that a program may want to know, and srun needs. */
const passedOn = [
  "CUDA_MPS_ACTIVE_THREAD_PERCENTAGE",
  "GPU_DEVICE_ORDINAL",
  "ZE_AFFINITY_MASK",
  "SLURM_ARRAY_JOB_ID",
  "SLURM_ARRAY_TASK_ID",
  "SLURM_CLUSTER_NAME",
  "SLURM_CONF",
  "SLURM_CPUS_ON_NODE",
  "SLURM_JOB_GPUS",
  "SLURM_JOB_ID",
  "SLURM_JOB_NODELIST",
  "SLURM_JOB_PARTITION",
  "SLURM_NNODES",
  "SLURM_NTASKS",
  "SLURM_RESTART_COUNT",
  "SLURMD_NODENAME",
];

const blockBytes = 512;
const logNote = "\n[yunhe: the log was cut here, its limit is reached / 日志已达上限，在此截断]\n";

/** One word for a POSIX shell that reads it as nothing but itself, whatever it holds but NUL. */
export const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/**
 * What `supervise.sh` reads: variables, and the function `program` that becomes the job's program. `env -i` starts from
 * an empty environment; the shell after it looks for the program with the job's own PATH.
 */
export function launchFile(job: Job, settings: LaunchSettings): string {
  const noteBytes = Buffer.byteLength(logNote);
  const blocks = Math.max(1, Math.floor((job.logLimitBytes - noteBytes) / blockBytes));
  const note = job.logLimitBytes - blocks * blockBytes >= noteBytes ? logNote : "";
  const environment = Object.entries(settings.environment).map(([name, value]) => quoted(`${name}=${value}`));
  const directory = job.workingDirectory === "" ? "work" : `work/${job.workingDirectory}`;
  return [
    `attempt=${quoted(job.attempt)}`,
    `requeue=${settings.requeue ? 1 : 0}`,
    `log_blocks=${blocks}`,
    `log_note=${quoted(note)}`,
    `limit_seconds=${job.timeLimitMs === undefined ? 0 : Math.max(1, Math.ceil(job.timeLimitMs / 1000))}`,
    `sample_seconds=${settings.sampleSeconds}`,
    `default_grace=${settings.defaultGraceSeconds}`,
    "program() {",
    ...job.volumes.flatMap(volumeLinks),
    `  cd ${quoted(directory)} || exit 126`,
    `  set -- ${always.map((name) => `"${name}=\${${name}-}"`).join(" ")}`,
    ...passedOn.map((name) => `  [ -z "\${${name}+1}" ] || set -- "$@" "${name}=$${name}"`),
    `  exec env -i ${environment.join(" \\\n    ")} "$@" \\`,
    `    /bin/sh -c ${quoted(inside)} ${quoted(`${settings.folder}/record`)} ${job.command.map(quoted).join(" \\\n    ")}`,
    "}",
    "",
  ].join("\n");
}

/** Nothing can be mounted without a container: a volume is reached by a link, and read-only is not enforced. */
function volumeLinks({ source, mountPath }: Job["volumes"][number]): string[] {
  if (path.posix.isAbsolute(mountPath)) return [];
  const link = path.posix.join("work", mountPath);
  return [
    `  mkdir -p ${quoted(path.posix.dirname(link))} && ln -sfn ${quoted(source)} ${quoted(link)} || exit 126`,
  ];
}

/** $0 is the record; the arguments are the program's own words and are never looked into. */
const inside = `
case $1 in
  */*) [ -f "$1" ] && [ -x "$1" ] && found=1 ;;
  *)
    rest=$PATH:
    while [ -n "$rest" ]; do
      place=\${rest%%:*} rest=\${rest#*:}
      [ -f "\${place:-.}/$1" ] && [ -x "\${place:-.}/$1" ] && found=1 && break
    done ;;
esac
if [ -z "$found" ]; then
  echo missing >> "$0"
  exit 127
fi
unset rest place found
trap 'echo unstartable >> "$0"' EXIT
exec "$@"
`;
