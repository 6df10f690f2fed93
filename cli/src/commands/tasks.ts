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

const why = defineCommand({
  name: "why",
  usage: "TASK",
  words: words("Say why a task runs where it runs, or why it waits.", "说明任务为何在此运行，或为何等待。"),
  options: {},
  completes: "tasks",
  async run(context, _options, [name]) {
    if (name === undefined) throw usageError("Name a task.", "请给出任务。");
    const client = await context.client();
    const task = await client.resources<ExplainedTask>(tasks).get(context.project, name);
    for (const line of whyLines(task)) context.print(context.say(line));
    return exitCodes.ok;
  },
});

interface ExplainedTask extends Task {
  readonly status?: NonNullable<Task["status"]> & {
    readonly pool?: string;
    readonly explanation?: Explanation;
  };
}

interface Explanation {
  readonly candidates: number;
  readonly feasible: number;
  readonly excluded: readonly {
    readonly words: { readonly en: string; readonly zh: string };
    readonly nodes: number;
    readonly level: string;
  }[];
  readonly ranked: readonly {
    readonly node: string;
    readonly total: number;
    readonly parts: readonly { readonly scorer: string; readonly weight: number; readonly score: number }[];
  }[];
  readonly help?: readonly { readonly en: string; readonly zh: string }[];
}

/** The explanation in its status as sentences: where, why there, who else could have taken it, what would help. */
function* whyLines({ metadata: { name }, status }: ExplainedTask) {
  const place = status?.node === undefined ? undefined : `${status.pool}/${status.node}`;
  yield place === undefined
    ? words(
        `${name}: ${status?.message ?? status?.phase ?? "Waiting"}`,
        `${name}：${status?.messageZh ?? status?.phase ?? "Waiting"}`,
      )
    : words(`${name}: ${status?.phase} on ${place}`, `${name}：${status?.phase}，位于 ${place}`);
  const explanation = status?.explanation;
  if (!explanation) return;
  yield words(
    `${explanation.feasible} of ${explanation.candidates} nodes could take it.`,
    `${explanation.candidates} 个节点中有 ${explanation.feasible} 个可接收。`,
  );
  for (const each of explanation.excluded)
    yield words(`  − ${each.nodes} × ${each.words.en}`, `  − ${each.nodes} 个：${each.words.zh}`);
  for (const [i, { node, total, parts }] of explanation.ranked.entries()) {
    const text = parts.map(({ scorer, weight, score }) => `${scorer} ${weight}×${score}`).join(", ");
    yield words(
      `  ${i === 0 ? "✓" : " "} ${node}: ${total} (${text})`,
      `  ${i === 0 ? "✓" : " "} ${node}：${total}（${text}）`,
    );
  }
  for (const each of explanation.help ?? []) yield words(`  → ${each.en}`, `  → ${each.zh}`);
}

export const commands = [ps, cancel, retry, why];
