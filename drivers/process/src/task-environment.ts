import os from "node:os";
import path from "node:path";
import type { DeviceFacts, Job } from "@yunhe/domain-compute/driver";
import { defaultPath, sandboxWork } from "./launch.ts";
import type { LaunchSettings } from "./launch.ts";
import type { AttemptFiles } from "./journal.ts";

/** All that the program finds in its environment: defaults, then the job's own, then what only the engine may say. */
export function taskEnvironment(
  job: Job,
  level: LaunchSettings["level"],
  files: AttemptFiles,
  devices: ReadonlyMap<string, DeviceFacts>,
  mps?: Readonly<Record<string, string>>,
): Record<string, string> {
  const inSandbox = level === "sandbox";
  const user = inSandbox ? "task" : os.userInfo().username;
  return {
    PATH: defaultPath(level),
    HOME: inSandbox ? sandboxWork : files.work,
    TMPDIR: inSandbox ? "/tmp" : files.temporary,
    LANG: "C.UTF-8",
    USER: user,
    LOGNAME: user,
    SHELL: "/bin/sh",
    // Without it numerical libraries start a thread for every core of the machine, whatever was granted.
    OMP_NUM_THREADS: String(Math.max(1, Math.ceil(job.grant.cpuMilli / 1000))),
    ...job.environment,
    ...absolutePaths(job, inSandbox ? sandboxWork : files.work),
    PWD: path.join(inSandbox ? sandboxWork : files.work, job.workingDirectory),
    YUNHE_PROJECT: job.project,
    YUNHE_TASK: job.task,
    YUNHE_ATTEMPT: job.attempt,
    ...(job.index === undefined ? {} : { YUNHE_INDEX: String(job.index) }),
    YUNHE_CPU_MILLI: String(job.grant.cpuMilli),
    YUNHE_MEMORY_BYTES: String(job.grant.memoryBytes),
    ...deviceEnvironment(job, devices),
    ...mps,
  };
}

const absolutePaths = ({ pathVariables = {} }: Job, work: string): Record<string, string> =>
  Object.fromEntries(Object.entries(pathVariables).map(([name, inner]) => [name, path.join(work, inner)]));

/** Empty, not absent, without devices: a program that finds no variable would take every device. */
function deviceEnvironment(job: Job, devices: ReadonlyMap<string, DeviceFacts>): Record<string, string> {
  const granted = job.grant.devices;
  const ids = granted.map((device) => device.id).join(",");
  const ofVendor = (vendor: string): string =>
    granted
      .filter((device) => devices.get(device.id)?.vendor === vendor)
      .map((device) => device.id)
      .join(",");
  const nvidia = ofVendor("NVIDIA");
  return {
    YUNHE_DEVICES: ids,
    YUNHE_DEVICE_SHARES: granted.map((device) => device.shareMilli).join(","),
    CUDA_VISIBLE_DEVICES: nvidia,
    NVIDIA_VISIBLE_DEVICES: nvidia === "" ? "void" : nvidia,
    ROCR_VISIBLE_DEVICES: ofVendor("AMD"),
    ASCEND_RT_VISIBLE_DEVICES: ofVendor("Huawei"),
  };
}
