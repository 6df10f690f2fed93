import { chmod, chown, copyFile, constants, mkdir, stat } from "node:fs/promises";
import path from "node:path";
import type { Job, Outcome } from "@yunhe/domain-compute/driver";
import type { AttemptFiles } from "./journal.ts";

/** Puts the working directory in place; an outcome says that the job can never start. */
export async function prepareWork(
  files: AttemptFiles,
  job: Job,
  owner: number | undefined,
): Promise<Outcome | undefined> {
  const own = async (target: string): Promise<void> => {
    if (owner !== undefined) await chown(target, owner, owner);
  };
  await mkdir(files.work, { mode: 0o700 });
  await own(files.work);
  await mkdir(files.temporary, { mode: 0o700 });
  await own(files.temporary);
  let folder = files.work;
  for (const part of job.workingDirectory.split("/").filter((part) => part !== "" && part !== ".")) {
    folder = path.join(folder, part);
    await mkdir(folder, { recursive: true });
    await own(folder);
  }
  for (const input of job.inputs) {
    const failure = await placeInput(files.work, input, owner);
    if (failure !== undefined) return failure;
  }
  for (const volume of job.volumes) await prepareVolume(volume.source, own);
  return undefined;
}

async function placeInput(
  work: string,
  input: Job["inputs"][number],
  owner: number | undefined,
): Promise<Outcome | undefined> {
  const target = path.join(work, input.path);
  try {
    if (!(await stat(input.source)).isFile()) throw new Error("not a file");
  } catch (error) {
    return inputMissing(input.path, input.source, error);
  }
  let folder = work;
  for (const part of path
    .dirname(input.path)
    .split("/")
    .filter((part) => part !== ".")) {
    folder = path.join(folder, part);
    await mkdir(folder, { recursive: true });
    if (owner !== undefined) await chown(folder, owner, owner);
  }
  // A clone where the file system can (btrfs, xfs), so that large inputs cost nothing.
  await copyFile(input.source, target, constants.COPYFILE_FICLONE);
  await chmod(target, input.mode & 0o777);
  if (owner !== undefined) await chown(target, owner, owner);
  return undefined;
}

function inputMissing(name: string, source: string, error: unknown): Outcome {
  const why = (error as NodeJS.ErrnoException).code ?? "not a file";
  return {
    type: "not-started",
    reason: {
      en: `The input file "${name}" cannot be read from ${source} (${why}): send it again with the task.`,
      zh: `无法从 ${source} 读取输入文件“${name}”（${why}）：请随任务重新发送。`,
    },
  };
}

async function prepareVolume(source: string, own: (target: string) => Promise<void>): Promise<void> {
  const made = await mkdir(source, { recursive: true });
  if (made === undefined) return;
  // Only a folder that was not there before: nobody else's is given away.
  await chmod(source, 0o700);
  await own(source);
}
