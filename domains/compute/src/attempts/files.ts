import { words } from "@yunhe/kernel";
import type { BlobStore } from "../blobs/port.ts";
import { type InputFile, JobRefused, type OutputFile, type VolumeMount } from "../driver/port.ts";
import type { Task, TaskStatus } from "../kinds/task.ts";
import type { Verdict } from "./settle.ts";

/** Brings a task's files to this host before an attempt and keeps its outputs after it. */
export interface Files {
  /** Throws {@link JobRefused} naming the input or volume that is missing. */
  prepare(task: Task): Promise<{ inputs: readonly InputFile[]; volumes: readonly VolumeMount[] }>;
  keep(task: Task, outputs: AsyncIterable<OutputFile>): Promise<Kept>;
}

export interface Kept {
  readonly outputs?: NonNullable<TaskStatus["outputs"]>;
  /** Outputs could not be kept: the task has failed although its program may not have. */
  readonly failed?: Verdict;
}

/** Where a volume's folder lies on this host; undefined while there is none of that name. */
export type VolumeFolder = (project: string, name: string) => Promise<string | undefined>;

export function openFiles(blobs: BlobStore, volumeFolder: VolumeFolder): Files {
  return {
    async prepare(task) {
      const project = task.metadata.namespace ?? "";
      const inputs = await Promise.all(task.spec.inputs.map((file) => input(blobs, project, file)));
      const volumes = await Promise.all(
        task.spec.volumes.map((mount) => volume(volumeFolder, project, mount)),
      );
      return { inputs, volumes };
    },
    async keep(task, files) {
      const outputs: NonNullable<TaskStatus["outputs"]> = [];
      try {
        for await (const file of files) {
          const blob = await blobs.put(task.metadata.namespace ?? "", file.read());
          outputs.push({ path: file.path, sha256: blob.sha256, bytes: blob.bytes, mode: file.mode });
        }
      } catch (error) {
        if (!isDiskFull(error)) throw error;
        return { outputs, failed: diskFull };
      }
      return { outputs };
    },
  };
}

async function input(
  blobs: BlobStore,
  project: string,
  file: Task["spec"]["inputs"][number],
): Promise<InputFile> {
  const sha256 = file.sha256 ?? (await blobs.put(project, bytesOfText(file.content ?? ""))).sha256;
  const source = await blobs.path(project, sha256);
  if (source === undefined) {
    throw new JobRefused(
      words(
        `Input file ${file.path}: nothing with the digest ${sha256} was uploaded to this project; upload it first.`,
        `输入文件 ${file.path}：本项目中没有摘要为 ${sha256} 的内容；请先上传。`,
      ),
    );
  }
  return { path: file.path, mode: file.executable ? 0o755 : 0o644, source };
}

async function* bytesOfText(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

async function volume(
  folder: VolumeFolder,
  project: string,
  mount: Task["spec"]["volumes"][number],
): Promise<VolumeMount> {
  const source = await folder(project, mount.name);
  if (source === undefined) {
    throw new JobRefused(
      words(
        `Volume ${mount.name} does not exist in this project; create it first.`,
        `本项目中没有存储卷 ${mount.name}；请先创建。`,
      ),
    );
  }
  return { volume: mount.name, source, mountPath: mount.mountPath, readOnly: mount.readOnly };
}

const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ENOSPC";

const diskFull: Verdict = {
  type: "failed",
  reason: "OutputsNotKept",
  message: words(
    "The disk is full: output files could not be kept; free space and run it again.",
    "磁盘已满，输出文件无法保存；请腾出空间后重新运行。",
  ),
};
