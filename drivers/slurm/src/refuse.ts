import path from "node:path";
import { words } from "@yunhe/kernel";
import { JobRefused } from "@yunhe/domain-compute/driver";
import type { Job } from "@yunhe/domain-compute/driver";
import { attemptPattern } from "./engine.ts";

const refuse = (en: string, zh: string): never => {
  throw new JobRefused(words(en, zh));
};

/** Throws {@link JobRefused} for what no Slurm cluster could run for us. */
export function refuseImpossible(job: Job): void {
  if (!attemptPattern.test(job.attempt)) {
    refuse(
      `The attempt's id "${job.attempt}" may hold a-z, 0-9 and "-" only.`,
      `尝试的标识“${job.attempt}”只能包含 a-z、0-9 与“-”。`,
    );
  }
  refuseWords(job);
  refuseEnvironment(job);
  refusePaths(job);
  refuseSurroundings(job);
}

function refuseWords({ command }: Job): void {
  const at = command.findIndex((word) => word.includes("\0"));
  if (at >= 0)
    refuse(`command[${at}] holds a NUL character: remove it.`, `command[${at}] 含有 NUL 字符：请将其去掉。`);
  if (command[0] === "")
    refuse("command[0] is empty: name the program to run.", "command[0] 为空：请写明要运行的程序。");
}

function refuseEnvironment({ environment }: Job): void {
  for (const [name, value] of Object.entries(environment)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      refuse(
        `The environment variable ${JSON.stringify(name)} may hold letters, digits and "_" only.`,
        `环境变量名 ${JSON.stringify(name)} 只能包含字母、数字与“_”。`,
      );
    }
    if (value.includes("\0"))
      refuse(
        `The environment variable ${name} holds a NUL character: remove it.`,
        `环境变量 ${name} 含有 NUL 字符：请将其去掉。`,
      );
  }
}

function refusePaths(job: Job): void {
  for (const relative of [job.workingDirectory, ...job.inputs.map((input) => input.path), ...job.outputs]) {
    if (path.posix.isAbsolute(relative) || /[\0\n]/.test(relative) || relative.split("/").includes("..")) {
      refuse(
        `The path ${JSON.stringify(relative)} leaves the working directory or holds a line end: make it relative and without "..".`,
        `路径 ${JSON.stringify(relative)} 超出了工作目录或含有换行：请使用不含“..”的相对路径。`,
      );
    }
  }
}

function refuseSurroundings(job: Job): void {
  if (job.image !== undefined) {
    refuse(
      "This Slurm pool runs programs, not container images: choose a pool of another engine.",
      "该 Slurm 资源池只运行程序，不运行容器镜像：请选择其他引擎的资源池。",
    );
  }
  if (job.isolation === "sandbox" || job.isolation === "container") {
    refuse(
      `The task asks for the isolation level "${job.isolation}", and a Slurm pool offers "limits" at most.`,
      `任务要求隔离级别“${job.isolation}”，而 Slurm 资源池至多提供“limits”。`,
    );
  }
  for (const { volume, source, mountPath } of job.volumes) {
    const isInside = !path.posix.isAbsolute(mountPath) && !mountPath.split("/").includes("..");
    if (!path.posix.isAbsolute(source) || (!isInside && source !== mountPath)) {
      refuse(
        `The volume "${volume}" cannot appear at ${mountPath}: give a path inside the working directory, without "..".`,
        `卷“${volume}”无法出现在 ${mountPath}：请使用工作目录内不含“..”的相对路径。`,
      );
    }
  }
}
