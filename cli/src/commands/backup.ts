import { chmod, copyFile, cp, mkdir, readdir } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { backup as copyDatabase, DatabaseSync } from "node:sqlite";
import { words } from "@yunhe/client";
import { defaultDirectory } from "../command/connect.ts";
import { defineCommand } from "../command/define.ts";
import { CommandError, exitCodes, usageError } from "../command/errors.ts";

const backup = defineCommand({
  name: "backup",
  usage: "FOLDER",
  words: words(
    "Copy a running or stopped server's data into a new folder.",
    "将运行中或已停止服务器的数据复制到新目录。",
  ),
  details: words(
    "The copy is a data folder of its own: `yunhe up --data FOLDER` starts from it. Logs of tasks and what runs stay behind.",
    "副本本身即数据目录：`yunhe up --data 目录` 可由此启动。任务日志与运行中的任务不包含在内。",
  ),
  options: {
    data: {
      type: "value",
      placeholder: "DIR",
      words: words("The server's data folder (default ~/.yunhe).", "服务器数据目录（默认 ~/.yunhe）。"),
    },
  },
  examples: ["yunhe backup /backups/yunhe-$(date +%F)"],
  async run(context, options, [target]) {
    if (target === undefined) throw usageError("Name a folder for the copy.", "请给出副本目录。");
    const from = options.data ?? defaultDirectory();
    const database = join(from, "yunhe.db");
    if (!existsSync(database)) throw notAServer(from);
    if (existsSync(target) && (await readdir(target)).length > 0) throw notEmpty(target);
    await mkdir(target, { recursive: true, mode: 0o700 });
    const source = new DatabaseSync(database, { readOnly: true });
    const pages = await copyDatabase(source, join(target, "yunhe.db"));
    source.close();
    await chmod(join(target, "yunhe.db"), 0o600);
    // Contents of files never change once they are there, so those copied after the database hold all that it names.
    for (const name of ["blobs", "volumes", "tls"])
      if (existsSync(join(from, name)))
        await cp(join(from, name), join(target, name), { recursive: true, preserveTimestamps: true });
    if (existsSync(join(from, "admin.token")))
      await copyFile(join(from, "admin.token"), join(target, "admin.token"));
    context.note(
      words(
        `Copied ${from} to ${target} (${pages} pages).`,
        `已将 ${from} 复制到 ${target}（${pages} 页）。`,
      ),
    );
    return exitCodes.ok;
  },
});

const notAServer = (directory: string): CommandError =>
  new CommandError(
    exitCodes.notFound,
    words("There is no server's data folder here.", "此处没有服务器数据目录。"),
    words(`Looked in ${directory}.`, `查找位置：${directory}。`),
    words("Name it with --data.", "请用 --data 指定。"),
  );

const notEmpty = (target: string): CommandError =>
  new CommandError(
    exitCodes.failed,
    words("The folder for the copy is not empty; nothing was written.", "副本目录非空；未写入任何内容。"),
    words(target, target),
    words("Name one that is new.", "请另选新目录。"),
  );

export const commands = [backup];
