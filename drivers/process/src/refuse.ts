import { isolationLevels, JobRefused } from "@yunhe/domain-compute/driver";
import type { DeviceFacts, Job } from "@yunhe/domain-compute/driver";
import type { IsolationProbe } from "./isolation.ts";
import path from "node:path";

export interface RefusalContext {
  readonly node: string;
  readonly probe: IsolationProbe;
  readonly allowNoIsolation: boolean;
  readonly devices: ReadonlyMap<string, DeviceFacts>;
  readonly privatePaths: readonly string[];
}

const refuse = (en: string, zh: string): never => {
  throw new JobRefused({ en, zh });
};

/** Throws {@link JobRefused} for what this engine can never run. */
export function refuseImpossible(job: Job, context: RefusalContext): void {
  refuseNames(job);
  refuseWords(job);
  refusePaths(job, context);
  refuseIsolation(job, context);
  refuseDevices(job, context);
}

function refuseNames(job: Job): void {
  if (!/^[a-z0-9-]{1,63}$/.test(job.attempt)) {
    refuse(
      `The attempt's id "${job.attempt}" may hold a-z, 0-9 and "-" only.`,
      `尝试的标识“${job.attempt}”只能包含 a-z、0-9 与“-”。`,
    );
  }
}

function refuseWords(job: Job): void {
  for (const [index, word] of job.command.entries()) {
    if (word.includes("\0"))
      refuse(
        `command[${index}] holds a NUL character: remove it.`,
        `command[${index}] 含有 NUL 字符：请将其去掉。`,
      );
  }
  if (job.command[0] === "")
    refuse("command[0] is empty: name the program to run.", "command[0] 为空：请写明要运行的程序。");
  for (const [name, value] of Object.entries(job.environment)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      refuse(
        `The environment variable "${name}" may hold letters, digits and "_" only.`,
        `环境变量名“${name}”只能包含字母、数字与“_”。`,
      );
    }
    if (value.includes("\0"))
      refuse(
        `The environment variable ${name} holds a NUL character: remove it.`,
        `环境变量 ${name} 含有 NUL 字符：请将其去掉。`,
      );
  }
}

function leavesFolder(relative: string): boolean {
  return path.isAbsolute(relative) || relative.includes("\0") || relative.split("/").includes("..");
}

function refusePaths(job: Job, context: RefusalContext): void {
  const relatives = [job.workingDirectory, ...job.inputs.map((input) => input.path), ...job.outputs];
  for (const relative of relatives) {
    if (leavesFolder(relative)) {
      refuse(
        `The path "${relative}" leaves the working directory: make it relative and without "..".`,
        `路径“${relative}”超出了工作目录：请使用不含“..”的相对路径。`,
      );
    }
  }
  for (const volume of job.volumes) refuseVolume(volume, context);
}

function refuseVolume({ volume, source, mountPath }: Job["volumes"][number], context: RefusalContext): void {
  if (!path.isAbsolute(source) || context.privatePaths.some((hidden) => isWithin(hidden, source))) {
    refuse(
      `The volume "${volume}" cannot be mounted from ${source}: that must be an absolute path, and must not show Yunhe's own data.`,
      `无法从 ${source} 挂载卷“${volume}”：须为绝对路径，且不得暴露云鹤自身的数据。`,
    );
  }
  const absolute = path.isAbsolute(mountPath);
  if (absolute ? context.probe.settings.level !== "sandbox" : leavesFolder(mountPath)) {
    refuse(
      `The volume "${volume}" cannot appear at ${mountPath}: give a path inside the working directory, without "..".`,
      `卷“${volume}”无法挂载到 ${mountPath}：请使用工作目录内不含“..”的相对路径。`,
    );
  }
}

/** Whether `folder` shows `hidden`: is it, or lies above it. */
function isWithin(hidden: string, folder: string): boolean {
  const relative = path.relative(path.resolve(folder), hidden);
  return !relative.startsWith("..") && !path.isAbsolute(relative);
}

function refuseIsolation(job: Job, context: RefusalContext): void {
  const { probe } = context;
  if (job.image !== undefined) {
    refuse(
      "This machine's own engine runs programs, not container images: choose a pool of another engine.",
      "本机引擎只运行程序，不运行容器镜像：请选择其他引擎的资源池。",
    );
  }
  if (!probe.levels.includes("limits") && !probe.levels.includes("sandbox") && !context.allowNoIsolation) {
    refuse(
      `No isolation works on this machine (${probe.failures.join("; ")}): install bubblewrap, or start Yunhe with isolation explicitly turned off.`,
      `本机没有可用的隔离手段（${probe.failures.join("；")}）：请安装 bubblewrap，或在启动云鹤时明确关闭隔离要求。`,
    );
  }
  if (isolationLevels.indexOf(job.isolation) > isolationLevels.indexOf(probe.settings.level)) {
    refuse(
      `The task asks for the isolation level "${job.isolation}", this machine offers "${probe.settings.level}" (${probe.failures.join("; ")}).`,
      `任务要求隔离级别“${job.isolation}”，而本机只提供“${probe.settings.level}”（${probe.failures.join("；")}）。`,
    );
  }
}

function refuseDevices(job: Job, context: RefusalContext): void {
  if (job.grant.node !== undefined && job.grant.node !== context.node) {
    refuse(
      `This engine has no node "${job.grant.node}", only "${context.node}".`,
      `该引擎没有节点“${job.grant.node}”，只有“${context.node}”。`,
    );
  }
  for (const device of job.grant.devices) {
    if (!context.devices.has(device.id))
      refuse(`This machine has no device "${device.id}".`, `本机没有设备“${device.id}”。`);
  }
}
