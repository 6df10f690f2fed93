import { extname } from "node:path";
import { words } from "@yunhe/client";
import {
  compute,
  type EvaluatedPeriod,
  type Evaluation,
  exportSheets,
  flagWords,
  parseSpecification,
  readData,
  tabular,
  toResult,
  validateCommand,
} from "@yunhe/evaluation";
import type { Context } from "../command/context.ts";
import { defineCommand } from "../command/define.ts";
import { exitCodes, usageError } from "../command/errors.ts";
import { explained, findingWords } from "../evaluation/failure.ts";
import { inputOf, specificationOf } from "../evaluation/inputs.ts";
import { inputOptions, jsonOption, outOption, selectionOptions } from "../evaluation/options.ts";
import { noteFindings, printData, printRows, say, shown, writeOut } from "../evaluation/show.ts";

const validate = defineCommand({
  name: "index validate",
  usage: "--spec FILE [--data FILE …]",
  words: words("Check an index's specification and its data.", "校验指数规范及其数据。"),
  details: words(
    "Every fault is named with file, row and column or path. Exit code 6 when there is one.",
    "逐一指出问题所在文件、行列或路径；有错误时退出码为 6。",
  ),
  options: { ...inputOptions, ...jsonOption },
  examples: ["yunhe index validate --spec index.yaml --data values.csv"],
  async run(context, options) {
    const specification = await specificationOf(options);
    const input = await explained(async () =>
      options.data.length === 0
        ? { specification: specification.text, files: { specification: specification.name } }
        : inputOf(options),
    );
    const result = validateCommand(input);
    if (!printData(context, options, result)) {
      for (const finding of result.findings) context.print(context.say(findingWords(finding)));
      context.print(say(context, result.valid ? words("Valid.", "有效。") : words("Not valid.", "无效。")));
    }
    return result.valid ? exitCodes.ok : exitCodes.invalid;
  },
});

const computeIndex = defineCommand({
  name: "index compute",
  usage: "--spec FILE --data FILE …",
  words: words("Compute scores and ranks of an index; no server needed.", "计算指数得分与排名；无需服务器。"),
  details: words(
    "With --out FILE.json, .csv or .xlsx the result goes to a file. JSON has full double precision.",
    "用 --out 写入 .json、.csv 或 .xlsx 文件。JSON 保留双精度全部数位。",
  ),
  options: { ...inputOptions, ...selectionOptions, ...outOption, ...jsonOption },
  examples: [
    "yunhe index compute --spec index.yaml --data values.csv --json",
    "yunhe index compute --spec index.yaml --data values.xlsx --sheet 2023 --out result.xlsx",
  ],
  async run(context, options) {
    const evaluation = await explained(async () => {
      const input = await inputOf(options);
      const specification = parseSpecification(input.specification, input.files?.specification);
      return compute(specification, readData(specification, input), {
        ...(options.index.length > 0 && { indices: options.index }),
        ...(options.period.length > 0 && { periods: options.period }),
        extensions: options.extensions,
      });
    });
    noteFindings(context, evaluation.findings);
    if (options.out !== undefined) await writeEvaluation(context, options.out, evaluation);
    else if (!printData(context, options, toResult(evaluation))) printEvaluation(context, evaluation);
    return exitCodes.ok;
  },
});

async function writeEvaluation(context: Context, path: string, evaluation: Evaluation): Promise<void> {
  switch (extname(path).toLowerCase()) {
    case ".json":
      return writeOut(context, path, `${JSON.stringify(toResult(evaluation))}\n`);
    case ".csv":
      return writeOut(context, path, tabular.writeCsv(exportSheets(evaluation)[0]!.rows));
    case ".xlsx":
      return writeOut(context, path, await tabular.writeWorkbook(exportSheets(evaluation)));
    default:
      throw usageError(
        `--out ends in .json, .csv or .xlsx, not ${path}.`,
        `--out 须以 .json、.csv 或 .xlsx 结尾。`,
      );
  }
}

function printEvaluation(context: Context, { tables }: Evaluation): void {
  for (const table of tables)
    for (const { index, scores, ranks, indicators } of table.indices) {
      const extension = index.standing === "extension" ? say(context, words(" · extension", " · 扩展")) : "";
      context.print(`${say(context, index.label)} (${index.id}) · ${table.period}${extension}`);
      const order = table.entities.map((_, e) => e).sort((a, b) => ranks[a]! - ranks[b]!);
      printRows(
        context,
        [words("rank", "名次"), words("entity", "主体"), words("score", "得分"), words("basis", "依据")].map(
          (text) => say(context, text),
        ),
        order.map((e) => [
          String(ranks[e]),
          say(context, table.entities[e]!.label),
          shown(scores[e]!),
          basisOf(table, indicators, e),
        ]),
      );
      context.print("");
    }
}

/** What the score of an entity rests on besides stated values. */
function basisOf(table: EvaluatedPeriod, indicators: readonly string[], e: number): string {
  const bits = table.indicators.reduce(
    (all, { id }, k) => (indicators.includes(id) ? all | table.flags[k]![e]! : all),
    0,
  );
  return bits === 0 ? "stated" : flagWords(bits).join(" ");
}

export const commands = [validate, computeIndex];
