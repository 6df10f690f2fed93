import { extname } from "node:path";
import type { Contents, EvaluationDomain } from "@yunhe/domain-evaluation";
import {
  type Finding,
  indicatorNames,
  type NameInFile,
  parseMapping,
  readDataFile,
  readTables,
  type SourceTable,
  type Specification,
  suggestMapping,
  tabular,
  type TableForm,
  type TableMapping,
  toDataFile,
} from "@yunhe/evaluation";
import { z } from "zod";
import { badRequest, missing, refusable } from "./refusal.ts";

const previewRows = 20;

/** What a person sees of an uploaded table before anything is believed. */
export interface TablePreview {
  readonly content: { readonly sha256: string; readonly bytes: number };
  readonly file: string;
  readonly sheets: readonly string[];
  readonly header: readonly string[];
  readonly rowCount: number;
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
  /** How the text was decoded; "fallback" is worth a look. */
  readonly encoding: string | null;
  readonly mapping: TableMapping;
  /** The mapping if the table is of that form, for a person who says so. */
  readonly forms: Readonly<Record<TableForm, TableMapping>>;
  /** For each column its different texts and the indicators that they name; null where they are too many. */
  readonly names: readonly (readonly NameInFile[] | null)[];
  /** For each column the indicators it may be, best first. */
  readonly proposals: readonly tabular.MappingProposal[];
}

/** Keeps the upload and proposes what its columns mean. */
export async function previewTable(
  { reader, contents }: Pick<EvaluationDomain, "reader" | "contents">,
  project: string,
  upload: {
    readonly specification: string;
    readonly file: string;
    readonly sheet: string | undefined;
    readonly bytes: Uint8Array;
  },
): Promise<TablePreview> {
  const { specification } = await reader.specification(project, upload.specification);
  return refusable(async () => {
    const { table, sheets } = await tableOf(upload.file, upload.bytes, upload.sheet);
    const indicators = specification.indicators.map(({ id, label }) => ({ id, en: label.en, zh: label.zh }));
    const suggested = (form?: TableForm): TableMapping =>
      suggestMapping(specification, table, { publisher: upload.file, status: "stated" }, undefined, form);
    return {
      content: await contents.put(project, upload.bytes),
      file: table.file,
      sheets,
      header: table.header,
      rowCount: table.rows.length,
      rows: table.rows.slice(0, previewRows).map(({ cells }) => cells.map(plainCell)),
      encoding: "encoding" in table ? String(table.encoding) : null,
      mapping: suggested(),
      forms: { wide: suggested("wide"), long: suggested("long") },
      names: table.header.map((header) => indicatorNames(specification, table, header) ?? null),
      proposals: tabular.proposeMapping(table.header, indicators),
    };
  });
}

const plainCell = (cell: SourceTable["rows"][number]["cells"][number]): string | number | boolean | null =>
  cell instanceof Date ? cell.toISOString().slice(0, 10) : cell;

async function tableOf(
  file: string,
  bytes: Uint8Array,
  sheet: string | undefined,
): Promise<{ table: SourceTable; sheets: readonly string[] }> {
  if (extname(file).toLowerCase() !== ".xlsx")
    return { table: tabular.readCsvTable(file, bytes), sheets: [] };
  const sheets = (await tabular.readWorkbook(file, bytes)).map(({ name }) => name);
  return { table: await tabular.readXlsxTable(file, bytes, sheet), sheets };
}

/** Which uploads make up a data set, and how each is read. */
export const importRequest = z.strictObject({
  specification: z.string().min(1),
  tables: z
    .array(
      z.strictObject({
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        file: z.string().min(1),
        sheet: z.string().optional(),
        mapping: z.record(z.string(), z.unknown()),
      }),
    )
    .min(1)
    .max(50)
    .optional(),
  /** Or one data file as it stands. */
  dataFile: z
    .strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), file: z.string().min(1) })
    .optional(),
});

export interface Imported {
  /** What `spec.source.content` of the data set is. */
  readonly content: { readonly sha256: string; readonly bytes: number };
  readonly periods: readonly string[];
  readonly cells: number;
  readonly findings: readonly Finding[];
}

/** Reads uploads by their mappings into one data file. @throws ApiError Invalid with file, row and column of every fault */
export async function importData(
  { reader, contents }: Pick<EvaluationDomain, "reader" | "contents">,
  project: string,
  request: z.output<typeof importRequest>,
): Promise<Imported> {
  const { specification } = await reader.specification(project, request.specification);
  return refusable(async () => {
    const data = request.dataFile
      ? readDataFile(
          specification,
          new TextDecoder().decode(await upload(contents, project, request.dataFile)),
          request.dataFile.file,
        )
      : await tablesOf(contents, project, specification, request.tables ?? []);
    const file = toDataFile(specification, data);
    const content = await contents.put(project, new TextEncoder().encode(JSON.stringify(file)));
    return { content, periods: data.periods, cells: file.observations.length, findings: [] };
  });
}

async function tablesOf(
  contents: Contents,
  project: string,
  specification: Specification,
  tables: NonNullable<z.output<typeof importRequest>["tables"]>,
) {
  if (tables.length === 0) throw badRequest("Name tables or a data file.", "请给出表格或数据文件。");
  const inputs = await Promise.all(
    tables.map(async (each) => ({
      table: (await tableOf(each.file, await upload(contents, project, each), each.sheet)).table,
      mapping: parseMapping(each.mapping, each.file),
    })),
  );
  return readTables(specification, inputs);
}

async function upload(
  contents: Contents,
  project: string,
  { sha256, file }: { readonly sha256: string; readonly file: string },
): Promise<Uint8Array> {
  const bytes = await contents.read(project, sha256);
  if (bytes) return bytes;
  throw missing(
    `The upload ${file} (${sha256}) is not there; send it again.`,
    `上传内容 ${file}（${sha256}）不存在；请重新上传。`,
  );
}
