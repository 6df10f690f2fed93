import { basename } from "node:path";
import { stringify } from "yaml";
import { words } from "@yunhe/client";
import {
  columnsOf,
  createBundle,
  demonstrationData,
  demonstrationJudgements,
  indicatorNames,
  parseSpecification,
  readData,
  readSpecification,
  type SourceTable,
  type TableMapping,
  verifyBundle,
} from "@yunhe/evaluation";
import { defineCommand } from "../command/define.ts";
import { CommandError, exitCodes, usageError } from "../command/errors.ts";
import { explained } from "../evaluation/failure.ts";
import { inputOf, readTable, readText, specificationOf, suggestedFor } from "../evaluation/inputs.ts";
import { inputOptions, outOption, selectionOptions, specOption } from "../evaluation/options.ts";
import { wholeOption, writeOut } from "../evaluation/show.ts";

const map = defineCommand({
  name: "index map",
  usage: "--spec FILE TABLE",
  words: words("Propose which columns of a table mean what.", "推断表格各列的含义。"),
  details: words(
    "Prints a mapping to check, edit and give to --mapping. Columns that fit no indicator are listed beside it.",
    "输出映射供核对、修改后用 --mapping 指定；未匹配的列另行列出。",
  ),
  options: {
    ...specOption,
    sheet: inputOptions.sheet,
    "table-period": inputOptions["table-period"],
    ...outOption,
  },
  examples: ["yunhe index map --spec index.yaml values.xlsx --out mapping.yaml"],
  async run(context, options, [path]) {
    if (path === undefined) throw usageError("Name a CSV or XLSX file.", "请给出 CSV 或 XLSX 文件。");
    const { table, mapping, unknown } = await explained(async () => {
      const specification = await specificationOf(options);
      const table = await readTable(path, options.sheet);
      const mapping = suggestedFor(specification, table, options);
      return { table, mapping, unknown: unknownNames(specification, table, mapping) };
    });
    const used = [...columnsOf(mapping), ...(mapping.long ? [] : Object.keys(mapping.indicators ?? {}))];
    const left = table.header.filter((header) => !used.includes(header));
    if (left.length > 0)
      context.note(words(`Columns without a meaning: ${left.join(", ")}`, `未匹配的列：${left.join("、")}`));
    if (unknown.length > 0)
      context.note(
        words(
          `Names that are no indicator's, for indicators or long.ignored: ${unknown.join(", ")}`,
          `不是指标的名称（请写入 indicators 或 long.ignored）：${unknown.join("、")}`,
        ),
      );
    const text = stringify(mapping);
    if (options.out === undefined) context.print(text.trimEnd());
    else await writeOut(context, options.out, text);
    return exitCodes.ok;
  },
});

/** What stands in the indicator column of a table with one row per value, and is no indicator. */
function unknownNames(
  specification: { readonly text: string; readonly name: string },
  table: SourceTable,
  { long }: TableMapping,
): string[] {
  if (long === undefined) return [];
  const names = indicatorNames(
    readSpecification(specification.text, specification.name),
    table,
    long.indicator,
  );
  return (names ?? []).flatMap(({ name, indicator }) => (indicator === null ? [name] : []));
}

const demonstrate = defineCommand({
  name: "index demonstrate",
  usage: "--spec FILE --out DATA.json [--spec-out FILE]",
  words: words("Make synthetic data to try an index with.", "生成合成数据以试用指数。"),
  details: words(
    "Everything computed from them says synthetic. --spec-out also writes the specification with synthetic judgements where AHP has none.",
    "由此得出的一切结果均标注“合成”。--spec-out 另存规范，并为缺少判断矩阵的 AHP 补入合成判断。",
  ),
  options: {
    ...specOption,
    ...outOption,
    "spec-out": {
      type: "value",
      placeholder: "FILE",
      words: words("Where the specification with judgements goes.", "含判断矩阵的规范写入何处。"),
    },
    seed: { type: "value", placeholder: "N", words: words("Seed (default 1).", "种子（默认 1）。") },
    period: {
      type: "list",
      placeholder: "PERIOD",
      words: words("Periods (default 2022, 2023).", "时期（默认 2022、2023）。"),
    },
  },
  examples: ["yunhe index demonstrate --spec index.yaml --seed 7 --out data.json --spec-out judged.yaml"],
  async run(context, options) {
    const seed = wholeOption("seed", options.seed, 0) ?? 1;
    const { specification, data } = await explained(async () => {
      const { text, name } = await specificationOf(options);
      const specification = demonstrationJudgements(readSpecification(text, name), { seed });
      const periods = options.period.length > 0 ? { periods: options.period } : {};
      return { specification, data: demonstrationData(specification, { seed, ...periods }) };
    });
    const text = `${JSON.stringify(data, null, 1)}\n`;
    if (options.out === undefined) context.print(text.trimEnd());
    else await writeOut(context, options.out, text);
    if (options["spec-out"] !== undefined)
      await writeOut(context, options["spec-out"], stringify(JSON.parse(JSON.stringify(specification))));
    return exitCodes.ok;
  },
});

const bundle = defineCommand({
  name: "index bundle",
  usage: "--spec FILE --data FILE … --out FILE.json",
  words: words(
    "Write data, specification, seed, version and results as one file.",
    "将数据、规范、种子、版本与结果写入一个文件。",
  ),
  details: words(
    "`yunhe index verify` recomputes it and compares the bytes.",
    "`yunhe index verify` 重新计算并逐字节比较。",
  ),
  options: {
    ...inputOptions,
    ...selectionOptions,
    ...outOption,
    robust: {
      type: "value",
      placeholder: "ID",
      words: words("With rank intervals of this index.", "包含该指数的名次区间。"),
    },
  },
  async run(context, options) {
    const text = await explained(async () => {
      const input = await inputOf(options);
      const specification = parseSpecification(input.specification, input.files?.specification);
      const data = readData(specification, input);
      return createBundle(specification, data, {
        options: {
          ...(options.index.length > 0 && { indices: options.index }),
          ...(options.period.length > 0 && { periods: options.period }),
          ...(options.extensions && { extensions: true }),
        },
        ...(options.robust !== undefined && {
          uncertainty: { index: options.robust, period: options.period.at(-1) ?? data.periods.at(-1)! },
        }),
      });
    });
    if (options.out === undefined) context.print(text.trimEnd());
    else await writeOut(context, options.out, text);
    return exitCodes.ok;
  },
});

const verify = defineCommand({
  name: "index verify",
  usage: "BUNDLE.json",
  words: words("Recompute a bundle and compare it byte by byte.", "重新计算结果包并逐字节比较。"),
  options: {},
  async run(context, _options, [path]) {
    if (path === undefined) throw usageError("Name a bundle.", "请给出结果包文件。");
    const text = await readText(path);
    const same = await explained(() => verifyBundle(text));
    if (!same)
      throw new CommandError(
        exitCodes.invalid,
        words(`${basename(path)} differs when it is recomputed.`, `${basename(path)} 重新计算的结果不同。`),
        undefined,
        words(
          "It was changed, or made by another version of the engine; its field engine says which.",
          "文件被改动，或由其他版本的引擎生成；见其 engine 字段。",
        ),
      );
    context.print(context.say(words("The same bytes.", "逐字节一致。")));
    return exitCodes.ok;
  },
});

export const commands = [map, demonstrate, bundle, verify];
