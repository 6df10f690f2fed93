import { words } from "@yunhe/client";
import { policies, simulate, TraceError } from "@yunhe/scheduler";
import { defineCommand } from "../command/define.ts";
import { CommandError, exitCodes } from "../command/errors.ts";
import { simulationOf } from "../simulate/sources.ts";
import { printTables } from "../simulate/tables.ts";

const file = (en: string, zh: string) =>
  ({ type: "value", placeholder: "FILE", words: words(en, zh) }) as const;

const command = defineCommand({
  name: "simulate",
  usage: "",
  words: words(
    "Replay a trace on a fleet under one or several policies; needs no server.",
    "在一个或多个策略下用轨迹回放资源池；无需服务器。",
  ),
  details: words(
    "openb: Alibaba's CSVs under the protocol of the FGD experiments. trace: a fleet with queues as JSON and tasks as CSV or JSON Lines, over time. history: what ran on the server. example: made-up tasks on a made-up fleet, from a seed. Files may be gzip. docs/how-to/simulate.md describes the columns.",
    "openb：阿里巴巴 openb CSV，按 FGD 实验规程。trace：含队列的 JSON 资源池与 CSV 或 JSON Lines 任务，随时间推进。history：服务器上运行过的任务。example：按种子虚构的任务与资源池。文件可为 gzip。列说明见 docs/how-to/simulate.zh-CN.md。",
  ),
  options: {
    format: {
      type: "value",
      placeholder: "FORMAT",
      choices: ["openb", "trace", "history", "example"],
      words: words("openb, trace, history or example.", "openb、trace、history 或 example。"),
    },
    nodes: file("Nodes of an openb trace, CSV.", "openb 节点 CSV。"),
    fleet: file(
      "The fleet of a trace with its queues, JSON; for history: instead of the server's own.",
      "轨迹所用资源池及队列 JSON；history：代替服务器自己的。",
    ),
    tasks: file(
      "Tasks: openb pods as CSV, or CSV or JSON Lines.",
      "任务：openb 的 CSV，或 CSV、JSON Lines。",
    ),
    order: file("Exact arrival and tie orders, JSON Lines.", "精确的到达与平局顺序，JSON Lines。"),
    seeds: {
      type: "list",
      placeholder: "N,N",
      words: words("Seeds; default: all of the order file, or 42.", "种子；默认取顺序文件全部，或 42。"),
    },
    policy: {
      type: "list",
      short: "p",
      placeholder: "NAME,NAME",
      choices: [...policies.keys()],
      words: words("Policies to compare; default yunhe.", "要比较的策略；默认 yunhe。"),
    },
    change: {
      type: "list",
      placeholder: "CHANGE",
      words: words(
        "What if: queue=NAME,devices=+20 (cpus, memory, tasks, a model, weight) or node=NAME,more=4; beside the fleet as it is.",
        "假设：queue=名称,devices=+20（cpus、memory、tasks、型号、weight）或 node=名称,more=4；与现状并列。",
      ),
    },
    samples: {
      type: "value",
      placeholder: "N",
      words: words(
        "Samples over time in the JSON of a trace; default 200.",
        "轨迹 JSON 中的时间采样数；默认 200。",
      ),
    },
    json: { type: "flag", words: words("Print the whole result as JSON.", "以 JSON 输出完整结果。") },
  },
  examples: [
    "yunhe simulate --format openb --nodes nodes.csv --tasks pods.csv --policy fgd,yunhe --json",
    "yunhe simulate --format openb --nodes nodes.csv --tasks pods.csv --order order.jsonl.gz --seeds 42,43",
    "yunhe simulate --format trace --fleet fleet.json --tasks tasks.csv --policy cheapest,yunhe",
    "yunhe simulate --format history --change queue=research,devices=+20",
    "yunhe simulate --format example --seeds 7 --policy best-fit,yunhe",
  ],
  async run(context, options) {
    const input = await simulationOf(context, options);
    const result = explained(() => simulate(input));
    if (options.json) context.print(JSON.stringify(result, null, 2));
    else printTables(context, result);
    return exitCodes.ok;
  },
});

/** What is wrong with a file, with its name, line and column. */
function explained<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    const toDo = words("Correct it and try again; nothing was simulated.", "请改正后重试；未执行任何模拟。");
    throw new CommandError(exitCodes.invalid, error.words, undefined, toDo);
  }
}

export const commands = [command];
