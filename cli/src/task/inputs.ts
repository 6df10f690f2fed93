import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { posix, join } from "node:path";
import type { Client } from "@yunhe/client";
import { words } from "@yunhe/client";
import { CommandError, exitCodes } from "../command/errors.ts";

/** An input as the Task kind knows it. */
export interface Input {
  readonly path: string;
  readonly sha256: string;
  readonly executable: boolean;
}

/** A file, or a folder with everything in it, that a task is to find at `path`. */
export interface LocalInput {
  readonly local: string;
  readonly path: string;
  /** Where the person named it, for the error: `--file data`, `spec.inputs[0].from`. */
  readonly where: string;
}

/** Uploads what the project does not have yet; gives what goes into `spec.inputs`. */
export async function uploadInput(client: Client, project: string, input: LocalInput): Promise<Input[]> {
  const uploaded: Input[] = [];
  for (const file of await filesOf(input)) uploaded.push(await upload(client, project, file));
  return uploaded;
}

async function filesOf(input: LocalInput): Promise<LocalInput[]> {
  const found = await stat(input.local).catch(() => undefined);
  if (found === undefined) throw unreadable(input);
  if (!found.isDirectory()) return [input];
  const entries = await readdir(input.local, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(input.local, "/").length))
    .toSorted();
  return names.map((name) => ({
    ...input,
    local: join(input.local, name),
    path: posix.join(input.path, name.replaceAll("\\", "/")),
  }));
}

async function upload(client: Client, project: string, input: LocalInput): Promise<Input> {
  const content = await readFile(input.local).catch(() => undefined);
  if (content === undefined) throw unreadable(input);
  const sha256 = createHash("sha256").update(content).digest("hex");
  if (!(await client.files.has(project, sha256)))
    await client.files.upload(project, sha256, new Uint8Array(content));
  const { mode } = await stat(input.local);
  return { path: input.path, sha256, executable: (mode & 0o111) !== 0 };
}

const unreadable = ({ local, where }: LocalInput): CommandError =>
  new CommandError(
    exitCodes.failed,
    words(`The input file ${local} cannot be read.`, `无法读取输入文件 ${local}。`),
    words(`Named in ${where}.`, `位置：${where}。`),
    words("Check the path and its permissions; nothing was submitted.", "请检查路径与权限；任务未提交。"),
  );
