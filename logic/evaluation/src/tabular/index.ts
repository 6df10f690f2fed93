export { InputError } from "../numeric/input-error.ts";
export { parseCsv, detectDelimiter, writeCsv, type TextTable } from "./csv.ts";
export { decodeText, type DecodedText, type Encoding } from "./encoding.ts";
export {
  readCellNumber,
  type Cell,
  type CellIssueKind,
  type CellNumber,
  type NumberOptions,
} from "./numbers.ts";
export * from "./table.ts";
export * from "./xlsx.ts";
export * from "./mapping.ts";
