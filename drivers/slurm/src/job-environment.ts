import type { Job } from "@yunhe/domain-compute/driver";

/**
 * What the program finds in its environment besides what `supervise.sh` passes on of Slurm's own variables: defaults,
 * then the job's, then what only the engine may say.
 */
export function jobEnvironment(job: Job, folder: string): Record<string, string> {
  const work = `${folder}/work`;
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin",
    HOME: work,
    TMPDIR: `${folder}/tmp`,
    LANG: "C.UTF-8",
    SHELL: "/bin/sh",
    // Without it numerical libraries start a thread for every core of the node, whatever was granted.
    OMP_NUM_THREADS: String(Math.max(1, Math.ceil(job.grant.cpuMilli / 1000))),
    ...job.environment,
    ...Object.fromEntries(
      Object.entries(job.pathVariables ?? {}).map(([name, inner]) => [name, `${work}/${inner}`]),
    ),
    PWD: job.workingDirectory === "" ? work : `${work}/${job.workingDirectory}`,
    YUNHE_PROJECT: job.project,
    YUNHE_TASK: job.task,
    YUNHE_ATTEMPT: job.attempt,
    ...(job.index === undefined ? {} : { YUNHE_INDEX: String(job.index) }),
    YUNHE_CPU_MILLI: String(job.grant.cpuMilli),
    YUNHE_MEMORY_BYTES: String(job.grant.memoryBytes),
    YUNHE_DEVICES: job.grant.devices.map(({ id }) => id).join(","),
    YUNHE_DEVICE_SHARES: job.grant.devices.map(({ shareMilli }) => shareMilli).join(","),
  };
}
