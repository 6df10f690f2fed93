import { words } from "@yunhe/client";
import {
  changesToReachRank,
  oneAtATime,
  parseSpecification,
  readData,
  sensitivityCommand,
  uncertaintyCommand,
} from "@yunhe/evaluation";
import type { Context } from "../command/context.ts";
import { defineCommand, type OptionDefinitions, type OptionValues } from "../command/define.ts";
import { exitCodes, usageError } from "../command/errors.ts";
import { explained } from "../evaluation/failure.ts";
import { inputOf } from "../evaluation/inputs.ts";
import { inputOptions, jsonOption, selectionOptions } from "../evaluation/options.ts";
import { noteFindings, printData, printRows, say, shown, wholeOption } from "../evaluation/show.ts";
import { indexOf, targetOf } from "../evaluation/target.ts";

const targetOptions = {
  ...inputOptions,
  index: {
    type: "value",
    short: "i",
    placeholder: "ID",
    words: words("Index whose ranking is examined.", "考察其排名的指数。"),
  },
  period: {
    type: "value",
    placeholder: "PERIOD",
    words: words("Period (default: the last).", "时期（默认最后一个）。"),
  },
  extensions: selectionOptions.extensions,
  ...jsonOption,
} as const satisfies OptionDefinitions;

const seedOption = {
  seed: {
    type: "value",
    placeholder: "N",
    words: words(
      "Seed; else the specification's. Same seed, same bytes.",
      "种子；缺省用规范中的。种子相同则结果逐字节相同。",
    ),
  },
} as const satisfies OptionDefinitions;

async function robustInput(
  options: OptionValues<typeof targetOptions> & { readonly seed: string | undefined },
) {
  const input = await inputOf(options);
  const specification = parseSpecification(input.specification, input.files?.specification);
  const seed = wholeOption("seed", options.seed, 0);
  return {
    input,
    settings: {
      index: indexOf(specification, options.index, options.extensions),
      ...(options.period !== undefined && { period: options.period }),
      extensions: options.extensions,
      ...(seed !== undefined && { seed }),
    },
  };
}

const uncertainty = defineCommand({
  name: "index uncertainty",
  usage: "--spec FILE --data FILE … [--index ID]",
  words: words("How sure each rank is: Monte Carlo rank intervals.", "各名次的把握：蒙特卡洛名次区间。"),
  options: {
    ...targetOptions,
    ...seedOption,
    replications: {
      type: "value",
      placeholder: "N",
      words: words("How many; else the specification's.", "重复次数；缺省用规范中的。"),
    },
  },
  examples: ["yunhe index uncertainty --spec index.yaml --data values.csv --seed 7 --json"],
  async run(context, options) {
    const replications = wholeOption("replications", options.replications, 1);
    const result = await explained(async () => {
      const { input, settings } = await robustInput(options);
      return uncertaintyCommand(input, { ...settings, ...(replications !== undefined && { replications }) });
    });
    noteFindings(context, result.warnings);
    if (printData(context, options, result)) return exitCodes.ok;
    const { settings, entities, meanRankShift } = result.uncertainty;
    const percent = Math.round(100 * settings.interval);
    printRows(
      context,
      [
        words("rank", "名次"),
        words(`${percent} % from`, `${percent}% 自`),
        words("to", "至"),
        words("entity", "主体"),
        words("score", "得分"),
        words("± deviation", "± 标准差"),
      ].map((text) => say(context, text)),
      entities
        .toSorted((a, b) => a.rank - b.rank)
        .map((each) => [
          String(each.rank),
          String(each.lowerRank),
          String(each.upperRank),
          say(context, each.entity.label),
          shown(each.score),
          shown(each.scoreDeviation),
        ]),
    );
    context.print(
      say(
        context,
        words(
          `${settings.replications} replications, seed ${settings.seed}; mean rank shift ${shown(meanRankShift)}.`,
          `重复 ${settings.replications} 次，种子 ${settings.seed}；平均名次变动 ${shown(meanRankShift)}。`,
        ),
      ),
    );
    return exitCodes.ok;
  },
});

const sensitivity = defineCommand({
  name: "index sensitivity",
  usage: "--spec FILE --data FILE … [--index ID]",
  words: words("Which choice moves the ranking: Sobol indices.", "哪个选择影响排名：Sobol 指数。"),
  options: {
    ...targetOptions,
    ...seedOption,
    points: {
      type: "value",
      placeholder: "N",
      words: words(
        "Base points (default 1024); runs = N × (factors + 2).",
        "基点数（默认 1024）；运行次数 = N ×（因素数 + 2）。",
      ),
    },
    bootstrap: {
      type: "value",
      placeholder: "N",
      words: words("Resamples for the intervals (default 100).", "区间的重抽样次数（默认 100）。"),
    },
    pair: { type: "list", placeholder: "A,B", words: words("Does A rank before B?", "A 是否排在 B 之前？") },
  },
  examples: ["yunhe index sensitivity --spec index.yaml --data values.csv --pair beijing,shanghai"],
  async run(context, options) {
    const points = wholeOption("points", options.points, 2);
    const bootstrap = wholeOption("bootstrap", options.bootstrap, 0);
    const pairs = options.pair.map(pairOf);
    const result = await explained(async () => {
      const { input, settings } = await robustInput(options);
      return sensitivityCommand(input, {
        ...settings,
        ...(points !== undefined && { points }),
        ...(bootstrap !== undefined && { bootstrap }),
        pairs,
      });
    });
    noteFindings(context, result.warnings);
    if (!printData(context, options, result)) printSensitivity(context, result.sensitivity);
    return exitCodes.ok;
  },
});

function pairOf(text: string): readonly [string, string] {
  const [a, b, ...more] = text.split(",");
  if (a && b && more.length === 0) return [a, b];
  throw usageError(`--pair is A,B, not ${text}.`, `--pair 的格式为 A,B，而非 ${text}。`);
}

function printSensitivity(
  context: Context,
  { outputs, runs, settings }: ReturnType<typeof sensitivityCommand>["sensitivity"],
): void {
  const head = [words("factor", "因素"), words("first order", "一阶"), words("total", "总效应")].map((text) =>
    say(context, text),
  );
  for (const output of outputs) {
    if (output.output === "rank") continue;
    const title =
      output.output === "mean-rank-shift"
        ? words("Mean rank shift", "平均名次变动")
        : words(`${output.entity} before ${output.other}`, `${output.entity} 先于 ${output.other}`);
    context.print(`${say(context, title)}: ${shown(output.mean)}`);
    if (output.factors === null) context.print(say(context, words("It never varies.", "从不变化。")));
    else
      printRows(
        context,
        head,
        output.factors.map(({ factor, first, total }) => [
          say(context, factor.label),
          shown(first.value),
          shown(total.value),
        ]),
      );
    context.print("");
  }
  context.print(
    say(
      context,
      words(
        `${runs} runs, seed ${settings.seed}. Shares per entity are in the JSON.`,
        `运行 ${runs} 次，种子 ${settings.seed}。各主体的结果见 JSON。`,
      ),
    ),
  );
}

const removal = defineCommand({
  name: "index removal",
  usage: "--spec FILE --data FILE … [--index ID]",
  words: words("What leaving out each indicator would change.", "逐一剔除指标后排名的变化。"),
  options: targetOptions,
  async run(context, options) {
    const result = await explained(async () => {
      const { specification, data } = await readBoth(options);
      return oneAtATime(specification, data, targetOf(specification, data.periods, options));
    });
    if (!printData(context, options, result))
      printRows(
        context,
        [words("left out", "剔除"), words("mean shift", "平均变动"), words("largest", "最大变动")].map(
          (text) => say(context, text),
        ),
        result.effects
          .toSorted((a, b) => b.meanRankShift - a.meanRankShift)
          .map((effect) => [effect.removed, shown(effect.meanRankShift), String(effect.largestRankShift)]),
      );
    return exitCodes.ok;
  },
});

const reach = defineCommand({
  name: "index reach",
  usage: "--spec FILE --data FILE … --entity ID --rank N",
  words: words(
    "The smallest changes with which an entity reaches a rank.",
    "某主体达到某名次所需的最小改变。",
  ),
  options: {
    ...targetOptions,
    entity: { type: "value", placeholder: "ID", words: words("Who.", "主体。") },
    rank: { type: "value", placeholder: "N", words: words("The rank wanted.", "目标名次。") },
  },
  async run(context, options) {
    const rank = wholeOption("rank", options.rank, 1);
    const { entity } = options;
    if (entity === undefined || rank === undefined)
      throw usageError("Give --entity ID and --rank N.", "请给出 --entity 与 --rank。");
    const result = await explained(async () => {
      const { specification, data } = await readBoth(options);
      return changesToReachRank(
        specification,
        data,
        targetOf(specification, data.periods, options),
        entity,
        rank,
      );
    });
    if (printData(context, options, result)) return exitCodes.ok;
    const rows = (changes: readonly (typeof result.single)[number][], how: string): string[][] =>
      changes.map((change) => [
        how,
        change.indicator,
        shown(change.from),
        shown(change.to),
        shown(change.points),
      ]);
    context.print(
      say(
        context,
        words(
          `Rank now ${result.rankNow}, wanted ${result.rankWanted}.`,
          `当前第 ${result.rankNow} 名，目标第 ${result.rankWanted} 名。`,
        ),
      ),
    );
    printRows(
      context,
      [
        words("how", "方式"),
        words("indicator", "指标"),
        words("from", "自"),
        words("to", "至"),
        words("points", "分"),
      ].map((text) => say(context, text)),
      [
        ...rows(result.single, say(context, words("alone", "单独"))),
        ...rows(result.together ?? [], say(context, words("together", "合并"))),
      ],
    );
    if (result.together === null)
      context.print(say(context, words("Even the best values do not suffice.", "即使取最优值也无法达到。")));
    return exitCodes.ok;
  },
});

async function readBoth(options: OptionValues<typeof targetOptions>) {
  const input = await inputOf(options);
  const specification = parseSpecification(input.specification, input.files?.specification);
  return { specification, data: readData(specification, input) };
}

export const commands = [uncertainty, sensitivity, removal, reach];
