import { w } from "./words.ts";

export const importWords = {
  file: w("CSV or XLSX file", "CSV 或 XLSX 文件"),
  choose: w("Choose a file", "选择文件"),
  read: w("{rows} rows; encoding {encoding}", "{rows} 行；编码 {encoding}"),
  entity: w("Column with the entity", "主体所在列"),
  period: w("Column with the period", "时期所在列"),
  fixed: w("Period of the whole file", "整个文件的时期"),
  fixedOption: w("no column: one period", "无此列：单一时期"),
  columns: w("What the columns mean", "各列含义"),
  column: w("Column", "列"),
  meaning: w("Indicator", "指标"),
  ignore: w("ignore", "忽略"),
  publisher: w("Publisher", "发布者"),
  import: w("Import", "导入"),
  imported: w("{count} cells imported", "已导入 {count} 个单元格"),
} as const;
