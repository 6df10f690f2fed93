import { type Words, words } from "@yunhe/client";
import { wordsOfPolicy, wordsOfScorer } from "@yunhe/scheduler/words";
import { defineCommand } from "../command/define.ts";
import { exitCodes, usageError } from "../command/errors.ts";
import { show } from "../output/list.ts";
import { type Task, tasks } from "../task/kind.ts";

const why = defineCommand({
  name: "why",
  usage: "TASK",
  words: words(
    "Say why a task runs where it runs, or why it waits, for how long, and what would help.",
    "说明任务为何在此运行；或为何等待、需等多久、如何改动可启动。",
  ),
  options: {},
  completes: "tasks",
  examples: ["yunhe why train-1a2b3c", "yunhe why train-1a2b3c -o json"],
  async run(context, _options, [name]) {
    if (name === undefined) throw usageError("Name a task.", "请给出任务。");
    const client = await context.client();
    const task = await client.resources<ExplainedTask>(tasks).get(context.project, name);
    if (context.output === "json" || context.output === "yaml") show(context, task.status?.explanation ?? {});
    else for (const line of whyLines(task, Date.now())) context.print(context.say(line));
    return exitCodes.ok;
  },
});

export interface ExplainedTask extends Task {
  readonly status?: NonNullable<Task["status"]> & {
    readonly pool?: string;
    readonly explanation?: Explanation;
    readonly array?: { readonly waiting: number; readonly total: number };
  };
}

interface ScorePart {
  readonly scorer: string;
  readonly weight: number;
  readonly score: number;
  readonly note?: Words;
}

/** As placement writes it; what does not apply is absent. */
interface Explanation {
  readonly policy?: string;
  readonly candidates?: number;
  readonly feasible?: number;
  readonly excluded?: readonly { readonly words: Words; readonly nodes: number; readonly level: string }[];
  readonly ranked?: readonly {
    readonly node: string;
    readonly total: number;
    readonly parts: readonly ScorePart[];
  }[];
  readonly help?: readonly Words[];
  readonly queue?: string;
  readonly position?: number;
  readonly waiting?: number;
  readonly estimate?: { readonly startsAt: string; readonly from: "reservation" | "ends" };
  readonly at?: string;
}

/** The explanation in its status as sentences. */
export function* whyLines({ metadata: { name }, status }: ExplainedTask, nowMs: number): Generator<Words> {
  const waits = (status?.phase ?? "Waiting") === "Waiting";
  yield waits
    ? words(`${name} waits. ${status?.message ?? ""}`.trim(), `${name} 正在等待。${status?.messageZh ?? ""}`)
    : words(`${name}: ${placeOf(status)}`, `${name}：${placeOf(status)}`);
  const explanation = status?.explanation;
  if (!explanation) return;
  if (waits) yield* queueLines(explanation, nowMs);
  yield* candidateLines(explanation, waits);
  for (const each of explanation.help ?? []) yield words(`  → ${each.en}`, `  → ${each.zh}`);
}

function placeOf(status: ExplainedTask["status"]): string {
  const place = status?.node === undefined ? "" : ` ${status.pool}/${status.node}`;
  return `${status?.phase ?? ""}${place}`;
}

function* queueLines(
  { queue, position, waiting, estimate, at }: Explanation,
  nowMs: number,
): Generator<Words> {
  if (position !== undefined && queue !== undefined) {
    yield words(
      `  Position ${position} of ${waiting ?? "?"} in queue ${queue}${agoText(at, nowMs).en}.`,
      `  在队列 ${queue} 中排第 ${position} 位，共 ${waiting ?? "?"} 个${agoText(at, nowMs).zh}。`,
    );
  }
  if (position !== undefined) yield estimateLine(estimate, nowMs);
}

function estimateLine(estimate: Explanation["estimate"], nowMs: number): Words {
  if (!estimate)
    return words(
      "  When it starts nobody knows: tasks before it have no expected end (--expected-duration, --timeout).",
      "  启动时间未知：其前的任务没有预计结束时间（--expected-duration、--timeout）。",
    );
  const seconds = Math.round((Date.parse(estimate.startsAt) - nowMs) / 1000);
  if (seconds < 0)
    return words(
      `  It should have started ${spanOf(-seconds)} ago: tasks before it run longer than expected.`,
      `  预计应于 ${spanOf(-seconds)}前启动：其前的任务运行时间超出预期。`,
    );
  const from = estimateWords[estimate.from];
  return words(
    `  It should start in about ${spanOf(seconds)} (${from.en}).`,
    `  预计约 ${spanOf(seconds)} 后启动（${from.zh}）。`,
  );
}

const estimateWords = {
  reservation: words("places are reserved for it", "已为其预留资源"),
  ends: words("by the expected ends of what is before it", "按其前任务的预计结束时间"),
} as const;

function agoText(at: string | undefined, nowMs: number): Words {
  const seconds = at === undefined ? 0 : Math.round((nowMs - Date.parse(at)) / 1000);
  return seconds < 5 ? words("", "") : words(`, ${spanOf(seconds)} ago`, `（${spanOf(seconds)}前）`);
}

const spanOf = (seconds: number): string =>
  seconds < 90
    ? `${seconds} s`
    : seconds < 5400
      ? `${Math.round(seconds / 60)} min`
      : `${(seconds / 3600).toFixed(1)} h`;

function* candidateLines(explanation: Explanation, waits: boolean): Generator<Words> {
  const { candidates, feasible, excluded = [], ranked = [], policy } = explanation;
  if (candidates === undefined || feasible === undefined) return;
  const by = policy === undefined ? words("", "") : policyText(policy);
  if (!waits)
    yield words(
      `  ${feasible} of ${candidates} nodes could take it${by.en}.`,
      `  ${candidates} 个节点中有 ${feasible} 个可接收${by.zh}。`,
    );
  for (const each of excluded)
    yield words(`  − ${each.nodes} × ${each.words.en}`, `  − ${each.nodes} 个：${each.words.zh}`);
  for (const [i, { node, total, parts }] of ranked.entries()) {
    const mark = i === 0 && !waits ? "✓" : " ";
    yield words(`  ${mark} ${node}: ${rounded(total)}`, `  ${mark} ${node}：${rounded(total)}`);
    for (const part of parts) yield* partLines(part);
  }
}

function policyText(policy: string): Words {
  const { en, zh } = wordsOfPolicy(policy);
  return words(`, by policy ${en} (${policy})`, `，策略为${zh}（${policy}）`);
}

function* partLines({ scorer, weight, score, note }: ScorePart): Generator<Words> {
  const { en, zh } = wordsOfScorer(scorer);
  const product = `${rounded(weight)} × ${rounded(score)}`;
  yield words(`      ${en}: ${product}`, `      ${zh}：${product}`);
  if (note) yield words(`        ${note.en}`, `        ${note.zh}`);
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;

export const commands = [why];
