import { words } from "@yunhe/client";
import { parseSpecification, reportCommand } from "@yunhe/evaluation";
import { defineCommand } from "../command/define.ts";
import { exitCodes } from "../command/errors.ts";
import { explained } from "../evaluation/failure.ts";
import { inputOf } from "../evaluation/inputs.ts";
import { inputOptions, outOption, selectionOptions } from "../evaluation/options.ts";
import { wholeOption, writeOut } from "../evaluation/show.ts";
import { indexOf } from "../evaluation/target.ts";

const report = defineCommand({
  name: "index report",
  usage: "--spec FILE --data FILE … --out FILE.html",
  words: words(
    "Write a self-contained HTML report, English or Chinese.",
    "生成自包含的 HTML 报告（中文或英文）。",
  ),
  details: words(
    "The language is that of --lang. With --robust ID the report shows rank intervals and sensitivities of that index.",
    "语言由 --lang 决定。用 --robust ID 加入该指数的名次区间与敏感性。",
  ),
  options: {
    ...inputOptions,
    ...selectionOptions,
    ...outOption,
    robust: {
      type: "value",
      placeholder: "ID",
      words: words("Also how sure the ranks of this index are.", "同时给出该指数名次的把握。"),
    },
    seed: { type: "value", placeholder: "N", words: words("Seed of the replications.", "重复抽样的种子。") },
    replications: { type: "value", placeholder: "N", words: words("How many replications.", "重复次数。") },
  },
  examples: [
    "yunhe index report --spec index.yaml --data values.csv --robust total --lang zh --out report.html",
  ],
  async run(context, options) {
    const seed = wholeOption("seed", options.seed, 0);
    const replications = wholeOption("replications", options.replications, 1);
    const page = await explained(async () => {
      const input = await inputOf(options);
      const specification = parseSpecification(input.specification, input.files?.specification);
      const { robust, extensions } = options;
      return reportCommand(input, {
        language: context.language,
        ...(options.index.length > 0 && { indices: options.index }),
        ...(options.period.length > 0 && { periods: options.period }),
        extensions,
        ...(robust !== undefined && {
          robustness: {
            index: indexOf(specification, robust, extensions),
            extensions,
            ...(options.period.length > 0 && { period: options.period.at(-1)! }),
            ...(seed !== undefined && { seed }),
            ...(replications !== undefined && { replications }),
          },
        }),
      });
    });
    if (options.out === undefined) context.print(page.trimEnd());
    else await writeOut(context, options.out, page);
    return exitCodes.ok;
  },
});

export const commands = [report];
