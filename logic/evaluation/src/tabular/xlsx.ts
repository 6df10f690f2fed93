import { unzipSync, zipSync } from "fflate";
import { InputError } from "../numeric/input-error.ts";
import type { Cell } from "./numbers.ts";
import { tableFromRows, type SheetTable } from "./table.ts";

export interface SheetRows {
  readonly name: string;
  readonly rows: readonly (readonly Cell[])[];
}

/**
 * Reads the sheets of an XLSX workbook as rows of cells; dates come as Date, formulas as their stored results.
 * @throws InputError when the bytes are no workbook (a CSV that was renamed, an old XLS, a damaged file).
 */
export async function readWorkbook(file: string, bytes: Uint8Array): Promise<SheetRows[]> {
  try {
    // Loaded when first needed: it costs 50 ms, which every command would pay otherwise.
    const { readXlsx } = await import("hucre/xlsx");
    const workbook = await readXlsx(bytes);
    return workbook.sheets.map((sheet) => ({ name: sheet.name, rows: sheet.rows }));
  } catch (error) {
    throw new InputError({
      en: `${file} is not a readable XLSX workbook (${error instanceof Error ? error.message : String(error)}); save it again as .xlsx or as CSV.`,
      zh: `${file} 不是可读取的 XLSX 工作簿；请重新另存为 .xlsx 或 CSV。`,
    });
  }
}

/**
 * Reads one sheet, the first unless named, as a table with a header.
 * @throws InputError that lists the sheets when the named one is not there.
 */
export async function readXlsxTable(file: string, bytes: Uint8Array, sheet?: string): Promise<SheetTable> {
  const sheets = await readWorkbook(file, bytes);
  const chosen = sheet === undefined ? sheets[0] : sheets.find(({ name }) => name === sheet);
  if (chosen) return tableFromRows(sheets.length > 1 ? `${file} [${chosen.name}]` : file, chosen.rows);
  throw new InputError({
    en: `${file} has no sheet "${sheet ?? ""}"; it has ${sheets.map(({ name }) => name).join(", ")}.`,
    zh: `${file} 中没有工作表“${sheet ?? ""}”；现有：${sheets.map(({ name }) => name).join("、")}。`,
  });
}

/**
 * Writes sheets as an XLSX workbook, the same bytes for the same sheets on every machine: fixed times, and our own
 * pure-JavaScript compression, because the engine's differs between versions. Texts that begin like a formula stay text.
 */
export async function writeWorkbook(sheets: readonly SheetRows[]): Promise<Uint8Array> {
  const { writeXlsx } = await import("hucre/xlsx");
  const properties = { created: new Date(0), modified: new Date(0) };
  const written = await writeXlsx({
    properties,
    sheets: sheets.map(({ name, rows }) => ({ name, rows: rows.map((row) => row.map(cellToWrite)) })),
  });
  // A ZIP entry's time is local: this constructor gives the same bytes in every time zone.
  return zipSync(unzipSync(written), { level: 6, mtime: new Date(1980, 0, 1) });
}

function cellToWrite(cell: Cell): Cell {
  return typeof cell === "number" && !Number.isFinite(cell) ? null : cell;
}
