import { chmod, chown, copyFile, constants, mkdir, stat, symlink } from "node:fs/promises";
import path from "node:path";
import type { Job, Outcome } from "@yunhe/domain-compute/driver";
import type { AttemptFiles } from "./journal.ts";
import type { LaunchSettings } from "./launch.ts";

/** Puts the working directory in place; an outcome says that the job can never start. */
export async function prepareWork(
  files: AttemptFiles,
  job: Job,
  { level, dropTo: owner }: Pick<LaunchSettings, "level" | "dropTo">,
): Promise<Outcome | undefined> {
  const own = async (target: string): Promise<void> => {
    if (owner !== undefined) await chown(target, owner, owner);
  };
  await mkdir(files.work, { mode: 0o700 });
  await own(files.work);
  await mkdir(files.temporary, { mode: 0o700 });
  await own(files.temporary);
  const makeFolder = (inner: string): Promise<string> => ownedFolder(files.work, inner, own);
  await makeFolder(job.workingDirectory);
  for (const input of job.inputs) {
    const failure = await placeInput(files.work, input, own);
    if (failure !== undefined) return failure;
  }
  for (const volume of job.volumes) {
    await prepareVolume(volume.source, own);
    if (path.isAbsolute(volume.mountPath)) continue;
    if (level === "sandbox") await makeFolder(volume.mountPath);
    else await linkVolume(await makeFolder(path.dirname(volume.mountPath)), volume);
  }
  return undefined;
}

type Own = (target: string) => Promise<void>;

/** The folder `inner` of `work`, each part of it made where it is missing and given to the task's user. */
async function ownedFolder(work: string, inner: string, own: Own): Promise<string> {
  let folder = work;
  for (const part of inner.split("/").filter((part) => part !== "" && part !== ".")) {
    folder = path.join(folder, part);
    await mkdir(folder, { recursive: true });
    await own(folder);
  }
  return folder;
}

/** Without a sandbox nothing can be mounted: the volume is reached through a link, and read-only is not enforced. */
const linkVolume = (folder: string, { mountPath, source }: Job["volumes"][number]): Promise<void> =>
  symlink(source, path.join(folder, path.basename(mountPath)));

async function placeInput(
  work: string,
  input: Job["inputs"][number],
  own: Own,
): Promise<Outcome | undefined> {
  const target = path.join(work, input.path);
  try {
    if (!(await stat(input.source)).isFile()) throw new Error("not a file");
  } catch (error) {
    return inputMissing(input.path, input.source, error);
  }
  await ownedFolder(work, path.dirname(input.path), own);
  // A clone where the file system can (btrfs, xfs), so that large inputs cost nothing.
  await copyFile(input.source, target, constants.COPYFILE_FICLONE);
  await chmod(target, input.mode & 0o777);
  await own(target);
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

async function prepareVolume(source: string, own: Own): Promise<void> {
  const made = await mkdir(source, { recursive: true });
  if (made === undefined) return;
  // Only a folder that was not there before: nobody else's is given away.
  await chmod(source, 0o700);
  await own(source);
}
