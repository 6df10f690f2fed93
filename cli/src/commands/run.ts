import type { Client } from "@yunhe/client";
import { words } from "@yunhe/client";
import type { Context } from "../command/context.ts";
import { defineCommand } from "../command/define.ts";
import { exitCodes, usageError } from "../command/errors.ts";
import { follow } from "../task/follow.ts";
import { isOver, type Task, tasks } from "../task/kind.ts";
import { taskOf } from "../task/spec.ts";
import { runOptions } from "./run-options.ts";

const run = defineCommand({
  name: "run",
  usage: "[OPTIONS] COMMAND [ARG …]",
  words: words(
    "Run a command as a task: live log, exit code passed on.",
    "以任务运行命令：实时日志，传回退出码。",
  ),
  details: words(
    "Ctrl-C cancels the task. With --detach the name is printed at once.",
    "Ctrl-C 会取消任务；加 --detach 则立即打印任务名并返回。",
  ),
  passThrough: true,
  options: runOptions,
  examples: [
    "yunhe run echo hello",
    "yunhe run --gpus 0.5 --file train.py --output model.bin node train.py",
    "yunhe run --array 24 --detach node sweep.js",
    "yunhe run --jurisdiction CN --max-price 2.5CNY --prefer low-carbon node train.js",
    "yunhe run --array 8 --gang rack --gpus 1 --expected-duration 2h node train.js",
  ],
  async run(context, options, command) {
    if (command.length === 0) throw usageError("Name a command to run.", "请给出要运行的命令。");
    const client = await context.client();
    const body = await taskOf(client, context.project, options, command);
    const task = await client.resources<Task>(tasks).create(context.project, body);
    if (options.detach) {
      context.print(task.metadata.name);
      return exitCodes.ok;
    }
    return attach(context, client, task);
  },
});

/** Shows the log until the task is over and gives its exit code. */
export async function attach(context: Context, client: Client, task: Task): Promise<number> {
  const { name, namespace } = task.metadata;
  const ended = new AbortController();
  onInterrupt(context, client, task, ended);
  const log = task.spec.array ? progress(client, task, ended.signal) : copyLog(client, task, ended.signal);
  let last = task;
  for await (const each of follow(client, namespace, name, ended.signal)) {
    if (each.status?.reason !== last.status?.reason && each.status?.message !== undefined && !isOver(each)) {
      context.note(
        words(`${name}: ${each.status.message}`, `${name}：${each.status.messageZh ?? each.status.message}`),
      );
    }
    last = each;
  }
  await log;
  return report(context, last);
}

async function copyLog(client: Client, { metadata }: Task, signal: AbortSignal): Promise<void> {
  const log = await client.files.log(metadata.namespace, metadata.name, { follow: true, signal });
  for await (const chunk of log) process.stdout.write(chunk);
}

/** An array has no log of its own: how its members stand, whenever that changes. */
async function progress(client: Client, task: Task, signal: AbortSignal): Promise<void> {
  let before = "";
  for await (const { status } of follow(client, task.metadata.namespace, task.metadata.name, signal)) {
    if (!status?.array) continue;
    const { total, succeeded, failed, running } = status.array;
    const line = `${succeeded}/${total} ✓  ${failed} ✗  ${running} ▶`;
    if (line !== before) process.stderr.write(process.stderr.isTTY ? `\r${line}   ` : `${line}\n`);
    before = line;
  }
  if (process.stderr.isTTY) process.stderr.write("\n");
}

function report(context: Context, { metadata: { name }, status }: Task): number {
  if (status?.phase === "Succeeded") return exitCodes.ok;
  const because = words(
    status?.message ?? status?.phase ?? "",
    status?.messageZh ?? status?.message ?? status?.phase ?? "",
  );
  context.note(words(`Task ${name}: ${because.en}`, `任务 ${name}：${because.zh}`));
  if (status?.exitCode !== undefined) return status.exitCode;
  if (status?.signal !== undefined) return 128 + (signalNumbers[status.signal] ?? 0);
  return status?.phase === "Failed" && status.reason !== "NotStarted"
    ? exitCodes.failed
    : exitCodes.taskNotRun;
}

const signalNumbers: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGABRT: 6,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGTERM: 15,
};

/** The first Ctrl-C cancels the task and goes on showing it; the second leaves at once. */
function onInterrupt(context: Context, client: Client, task: Task, ended: AbortController): void {
  process.once("SIGINT", () => {
    process.once("SIGINT", () => {
      ended.abort();
      process.exit(exitCodes.interrupted);
    });
    context.note(words("Cancelling; once more to leave it to itself.", "正在取消；再按一次立即离开。"));
    void client
      .resources(tasks)
      .act(task.metadata.namespace, task.metadata.name, "cancel")
      .catch(() => undefined);
  });
}

export const commands = [run];
