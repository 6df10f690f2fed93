import { basename } from "node:path";
import { type Words, words } from "@yunhe/client";
import { observatory, tabular } from "@yunhe/evaluation";
import type { Context } from "../command/context.ts";
import { defineCommand } from "../command/define.ts";
import { exitCodes, usageError } from "../command/errors.ts";
import { explained } from "../evaluation/failure.ts";
import { readInput } from "../evaluation/inputs.ts";
import { jsonOption } from "../evaluation/options.ts";
import { printData, printRows, say, shown, wholeOption } from "../evaluation/show.ts";

type Figure = observatory.Figure;

const figureOptions = {
  ...jsonOption,
  further: {
    type: "flag",
    words: words(
      "Add the figures that come with Yunhe, each with its source.",
      "加入云鹤自带的数据，均注明来源。",
    ),
  },
} as const;

async function figuresOf(paths: readonly string[], further: boolean): Promise<readonly Figure[]> {
  if (paths.length === 0 && !further)
    throw usageError("Name a CSV file of figures, or --further.", "请给出数据 CSV 文件，或使用 --further。");
  const files = await Promise.all(
    paths.map(async (path) => {
      const { text } = tabular.decodeText(await readInput(path));
      return observatory.readFigures(text, basename(path));
    }),
  );
  return [...files.flat(), ...(further ? observatory.furtherFigures : [])];
}

const severities: Readonly<Record<observatory.ObservatorySeverity, Words>> = {
  error: words("contradiction", "矛盾"),
  warning: words("warning", "注意"),
  info: words("note", "提示"),
};

const check = defineCommand({
  name: "observatory check",
  usage: "FILE.csv …",
  words: words("Find contradictions among published figures.", "找出已发布数据之间的矛盾。"),
  details: words(
    "Columns: figure, value, unit, year, scope, publication, note. Exit code 6 when figures contradict each other.",
    "列：figure、value、unit、year、scope、publication、note。存在矛盾时退出码为 6。",
  ),
  options: figureOptions,
  examples: ["yunhe observatory check figures.csv --further --json"],
  async run(context, options, paths) {
    const { figures, findings } = await explained(async () => {
      const figures = await figuresOf(paths, options.further);
      return { figures, findings: observatory.findContradictions(figures) };
    });
    const contradictions = findings.filter(({ severity }) => severity === "error").length;
    const exitCode = contradictions > 0 ? exitCodes.invalid : exitCodes.ok;
    if (printData(context, options, { figures: figures.length, findings })) return exitCode;
    for (const finding of findings) {
      context.print(
        `${say(context, severities[finding.severity])} [${finding.rule}] ${finding.records.join(", ")}`,
      );
      context.print(`  ${say(context, finding.words)}`);
    }
    context.print(
      say(
        context,
        words(
          `${figures.length} figures: ${contradictions} contradictions, ${findings.length - contradictions} other findings.`,
          `共 ${figures.length} 条数据：矛盾 ${contradictions} 处，其他发现 ${findings.length - contradictions} 处。`,
        ),
      ),
    );
    return exitCode;
  },
});

const series = defineCommand({
  name: "observatory series",
  usage: "FILE.csv …",
  words: words("Show which figures may share an axis, with their sources.", "列出可同轴比较的数据及其来源。"),
  options: figureOptions,
  async run(context, options, paths) {
    const all = await explained(async () => observatory.seriesOf(await figuresOf(paths, options.further)));
    if (printData(context, options, all)) return exitCodes.ok;
    for (const { topic, scope, unit, contested, points } of all) {
      const mark = contested ? say(context, words(" · competing values", " · 数值相左")) : "";
      context.print(`${topic} · ${scope} · ${unit}${mark}`);
      for (const { figure, source, forecast } of points)
        context.print(
          `  ${figure.period}  ${figure.value}${forecast ? say(context, words(" (forecast)", "（预测）")) : ""}  ${source}`,
        );
    }
    return exitCodes.ok;
  },
});

const growth = defineCommand({
  name: "observatory growth",
  usage: "FIRST LAST [YEARS]",
  words: words(
    "Growth between two levels, per year over several.",
    "两个水平之间的增长率；跨年时为年均复合增长率。",
  ),
  options: {
    ...jsonOption,
    ahead: {
      type: "value",
      placeholder: "YEARS",
      words: words("Level so many years on.", "若干年后的水平。"),
    },
    goal: {
      type: "value",
      placeholder: "LEVEL",
      words: words("When is this level reached?", "何时达到该水平？"),
    },
  },
  examples: ["yunhe observatory growth 4911 5864", "yunhe observatory growth 6165 21000 4 --goal 30000"],
  async run(context, options, args) {
    const [first, last, years = 1] = args.map((text) => numberOf(text));
    if (first === undefined || last === undefined) throw usageError("Give two levels.", "请给出两个水平值。");
    const ahead = wholeOption("ahead", options.ahead, 0);
    const goal = options.goal === undefined ? undefined : numberOf(options.goal);
    const result = await explained(() => {
      const rate = observatory.compoundAnnualGrowth(first, last, years);
      return {
        first,
        last,
        years,
        rate,
        ...(ahead !== undefined && { ahead, level: observatory.project(last, rate, ahead) }),
        ...(goal !== undefined && { goal, yearsToGoal: observatory.yearsToReach(last, goal, rate) }),
      };
    });
    if (printData(context, options, result)) return exitCodes.ok;
    const percent = `${shown(100 * result.rate, 2)} %`;
    context.print(
      say(
        context,
        years === 1
          ? words(`Growth ${percent}`, `增长率 ${percent}`)
          : words(`${percent} a year over ${years} years`, `${years} 年年均 ${percent}`),
      ),
    );
    if (result.level !== undefined)
      context.print(
        say(
          context,
          words(
            `After ${ahead} years: ${shown(result.level, 1)}`,
            `${ahead} 年后：${shown(result.level, 1)}`,
          ),
        ),
      );
    if (result.yearsToGoal !== undefined)
      context.print(
        say(
          context,
          words(
            `${goal} is reached after ${result.yearsToGoal} years`,
            `${result.yearsToGoal} 年后达到 ${goal}`,
          ),
        ),
      );
    return exitCodes.ok;
  },
});

function numberOf(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw usageError(`${text} is not a number.`, `${text} 不是数值。`);
}

const methods = ["linear-trend", "exponential-trend", "holt"] as const;

const forecast = defineCommand({
  name: "observatory forecast",
  usage: "YEAR=VALUE …",
  words: words("Forecast a yearly series, with an interval.", "对年度序列作预测，并给出区间。"),
  details: words(
    "Refused with fewer than 4 values (6 for holt): a line through two points has no honest interval.",
    "少于 4 个值（holt 为 6 个）时拒绝：两点成线没有可信的区间。",
  ),
  options: {
    ...jsonOption,
    method: {
      type: "value",
      placeholder: "METHOD",
      choices: methods,
      words: words(
        `${methods.join(", ")} (default linear-trend).`,
        `${methods.join("、")}（默认 linear-trend）。`,
      ),
    },
    horizon: {
      type: "value",
      placeholder: "YEARS",
      words: words("How far (default 3).", "预测年数（默认 3）。"),
    },
    level: {
      type: "value",
      placeholder: "SHARE",
      words: words("Coverage of the interval (default 0.95).", "区间覆盖率（默认 0.95）。"),
    },
  },
  examples: ["yunhe observatory forecast 2020=100 2021=131 2022=169 2023=224 --method exponential-trend"],
  async run(context, options, args) {
    const values = args.map((text) => {
      const [year = "", value = ""] = text.split("=");
      return { year: numberOf(year), value: numberOf(value) };
    });
    const method = methodOf(options.method);
    const horizon = wholeOption("horizon", options.horizon, 1);
    const level = options.level === undefined ? undefined : numberOf(options.level);
    const result = await explained(() =>
      observatory.forecast(values, {
        ...(method !== undefined && { method }),
        ...(horizon !== undefined && { horizon }),
        ...(level !== undefined && { level }),
      }),
    );
    if (printData(context, options, result)) return exitCodes.ok;
    printForecast(context, result);
    return exitCodes.ok;
  },
});

function methodOf(text: string | undefined): observatory.ForecastMethod | undefined {
  const found = methods.find((method) => method === text);
  if (text === undefined || found !== undefined) return found;
  throw usageError(`--method is one of ${methods.join(", ")}.`, `--method 取 ${methods.join("、")} 之一。`);
}

function printForecast(context: Context, { points, level, assumptions }: observatory.Forecast): void {
  const percent = Math.round(100 * level);
  printRows(
    context,
    [
      words("year", "年"),
      words("value", "值"),
      words(`${percent} % from`, `${percent}% 自`),
      words("to", "至"),
    ].map((text) => say(context, text)),
    points.map(({ year, value, low, high }) => [
      String(year),
      shown(value, 1),
      shown(low, 1),
      shown(high, 1),
    ]),
  );
  context.print(say(context, assumptions));
}

export const commands = [check, series, growth, forecast];
