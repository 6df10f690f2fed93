import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { words } from "@yunhe/client";
import { defineCommand } from "../command/define.ts";
import { exitCodes, usageError } from "../command/errors.ts";
import { type Task, tasks } from "../task/kind.ts";

const logs = defineCommand({
  name: "logs",
  usage: "TASK",
  words: words("Show a task's log.", "查看任务日志。"),
  options: {
    follow: {
      type: "flag",
      short: "f",
      words: words("Go on until the task is over.", "持续输出直到任务结束。"),
    },
    attempt: {
      type: "value",
      placeholder: "N",
      words: words("Log of this attempt; default: the newest.", "指定尝试的日志；默认最近一次。"),
    },
    tail: { type: "value", placeholder: "LINES", words: words("Only the last lines.", "仅最后若干行。") },
  },
  completes: "tasks",
  async run(context, options, [name]) {
    if (name === undefined) throw usageError("Name a task.", "请给出任务。");
    const client = await context.client();
    const log = await client.files.log(context.project, name, {
      follow: options.follow,
      ...(options.attempt === undefined ? {} : { attempt: Number(options.attempt) }),
      ...(options.tail === undefined ? {} : { tailLines: Number(options.tail) }),
    });
    for await (const chunk of log) process.stdout.write(chunk);
    if (options.follow) {
      const { status } = await client.resources<Task>(tasks).get(context.project, name);
      if (status?.phase === "Failed" && status.message !== undefined)
        context.note(
          words(`Task ${name}: ${status.message}`, `任务 ${name}：${status.messageZh ?? status.message}`),
        );
    }
    return exitCodes.ok;
  },
});

const outputs = defineCommand({
  name: "outputs",
  usage: "TASK [FOLDER]",
  words: words("Download the files that a task left.", "下载任务留下的文件。"),
  options: {},
  completes: "tasks",
  async run(context, _options, [name, folder = "."]) {
    if (name === undefined) throw usageError("Name a task.", "请给出任务。");
    const client = await context.client();
    const task = await client.resources<Task>(tasks).get(context.project, name);
    for (const { path, sha256, bytes, mode } of task.status?.outputs ?? []) {
      const target = join(folder, normalize(path));
      await mkdir(dirname(target), { recursive: true });
      await pipeline(
        Readable.fromWeb((await client.files.download(context.project, sha256)) as never),
        createWriteStream(target, { mode }),
      );
      context.note(words(`${target} (${bytes} bytes)`, `${target}（${bytes} 字节）`));
    }
    return exitCodes.ok;
  },
});

export const commands = [logs, outputs];
