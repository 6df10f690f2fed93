import { type Draft, type Words, words } from "@yunhe/kernel";
import type { BlobStore } from "../blobs/port.ts";
import { type InputFile, JobRefused, type OutputFile } from "../driver/port.ts";
import type { Attempt } from "../kinds/attempt.ts";
import type { Task, TaskStatus } from "../kinds/task.ts";
import type { Fence, Staged, Staging } from "../volumes/staging.ts";
import type { Verdict } from "./settle.ts";

/** Brings a task's files to where an attempt runs and keeps what comes of it. */
export interface Files {
  /** Throws {@link JobRefused} naming the input or volume that is missing. */
  prepare(task: Task, attempt: Attempt, fence: Fence): Promise<Prepared>;
  /** What the attempt wrote to volumes comes home; undefined: it is still under way. */
  bringHome(task: Task, attempt: Attempt, fence: Fence): Promise<Kept | undefined>;
  keep(task: Task, outputs: AsyncIterable<OutputFile>): Promise<Kept>;
  /** What a task that has succeeded needs no more. */
  letGo(task: Task): Promise<readonly Draft[]>;
}

export type Prepared =
  | (Extract<Staged, { type: "ready" }> & { readonly inputs: readonly InputFile[] })
  | Extract<Staged, { type: "waiting" }>;

export interface Kept {
  readonly outputs?: NonNullable<TaskStatus["outputs"]>;
  /** Outputs could not be kept: the task has failed although its program may not have. */
  readonly failed?: Verdict;
}

export function openFiles(blobs: BlobStore, staging: Staging): Files {
  return {
    async prepare(task, attempt, fence) {
      const project = task.metadata.namespace ?? "";
      const inputs = await Promise.all(task.spec.inputs.map((file) => input(blobs, project, file)));
      const staged = await staging.in(task, attempt, fence);
      return staged.type === "ready" ? { ...staged, inputs } : staged;
    },
    async bringHome(task, attempt, fence) {
      const returned = await staging.out(task, attempt, fence);
      if (returned.type === "waiting") return undefined;
      return returned.type === "failed" ? { failed: notReturned(returned.why) } : {};
    },
    letGo: (task) => staging.letGo(task),
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

const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ENOSPC";

const notReturned = (message: Words): Verdict => ({ type: "failed", reason: "DataNotReturned", message });

const diskFull: Verdict = {
  type: "failed",
  reason: "OutputsNotKept",
  message: words(
    "The disk is full: output files could not be kept; free space and run it again.",
    "磁盘已满，输出文件无法保存；请腾出空间后重新运行。",
  ),
};
