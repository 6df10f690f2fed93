import { words } from "@yunhe/client";
import type { OptionDefinitions } from "../command/define.ts";

export const jsonOption = {
  json: {
    type: "flag",
    words: words("Print the documented JSON; same as -o json.", "输出有文档的 JSON；同 -o json。"),
  },
} as const satisfies OptionDefinitions;

export const specOption = {
  spec: {
    type: "value",
    short: "s",
    placeholder: "FILE",
    words: words("The specification, YAML or JSON.", "规范文件（YAML 或 JSON）。"),
  },
} as const satisfies OptionDefinitions;

/** What every command that computes from files takes. */
export const inputOptions = {
  ...specOption,
  data: {
    type: "list",
    short: "d",
    placeholder: "FILE",
    words: words(
      "Data: one JSON file, or CSV and XLSX tables.",
      "数据：一个 JSON 文件，或若干 CSV、XLSX 表格。",
    ),
  },
  mapping: {
    type: "list",
    placeholder: "FILE",
    words: words(
      "Which columns mean what, one per table in order; else guessed from the headers.",
      "各表的列映射，按顺序；缺省时按表头推断。",
    ),
  },
  sheet: { type: "value", placeholder: "NAME", words: words("Sheet of a workbook.", "工作簿中的工作表。") },
  "table-period": {
    type: "value",
    placeholder: "PERIOD",
    words: words("Period of tables without a column for it.", "没有时期列的表格所属时期。"),
  },
} as const satisfies OptionDefinitions;

export const selectionOptions = {
  index: {
    type: "list",
    short: "i",
    placeholder: "ID",
    words: words("Only these indices.", "仅限这些指数。"),
  },
  period: { type: "list", placeholder: "PERIOD", words: words("Only these periods.", "仅限这些时期。") },
  extensions: {
    type: "flag",
    words: words(
      "Also scores that the source does not define; labelled on every output.",
      "同时计算来源未定义的得分；在所有输出中标明。",
    ),
  },
} as const satisfies OptionDefinitions;

export const outOption = {
  out: {
    type: "value",
    placeholder: "FILE",
    words: words("Write to a file instead.", "写入文件。"),
  },
} as const satisfies OptionDefinitions;
