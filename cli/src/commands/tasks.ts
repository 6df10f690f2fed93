import { words } from "@yunhe/client";
import { defineCommand } from "../command/define.ts";
import { exitCodes, usageError } from "../command/errors.ts";
import { type Task, tasks } from "../task/kind.ts";
import { showList } from "../output/list.ts";

const ps = defineCommand({
  name: "ps",
  usage: "",
  words: words(
    "List tasks that are not over; with --all all of them.",
    "列出未结束的任务；加 --all 列出全部。",
  ),
  options: {
    all: { type: "flag", short: "a", words: words("Also those that are over.", "包括已结束的任务。") },
  },
  async run(context, options) {
    const client = await context.client();
    const over = ["Succeeded", "Failed", "Cancelled"].map((phase) => `status.phase!=${phase}`).join(",");
    await showList(context, client, tasks, options.all ? {} : { fieldSelector: over });
    return exitCodes.ok;
  },
});

const cancel = defineCommand({
  name: "cancel",
  usage: "TASK …",
  words: words("End tasks and everything they started; final.", "终止任务及其启动的一切；不可撤回。"),
  options: {},
  completes: "tasks",
  async run(context, _options, names) {
    if (names.length === 0) throw usageError("Name a task to cancel.", "请给出要取消的任务。");
    const client = await context.client();
    for (const name of names) {
      await client.resources<Task>(tasks).act(context.project, name, "cancel");
      context.note(words(`Task ${name} is cancelled.`, `任务 ${name} 已取消。`));
    }
    return exitCodes.ok;
  },
});

const retry = defineCommand({
  name: "retry",
  usage: "TASK",
  words: words("End the running attempt; another one follows.", "结束正在运行的尝试；随后重新尝试。"),
  options: {},
  completes: "tasks",
  async run(context, _options, [name]) {
    if (name === undefined) throw usageError("Name a task.", "请给出任务。");
    const client = await context.client();
    await client.resources<Task>(tasks).act(context.project, name, "retry");
    context.note(
      words(`Task ${name}: the attempt ends, another follows.`, `任务 ${name}：本次尝试结束，将重新尝试。`),
    );
    return exitCodes.ok;
  },
});

export const commands = [ps, cancel, retry];
