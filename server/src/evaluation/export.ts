import type {
  DataSetReader,
  EvaluationDomain,
  EvaluationResource,
  WorkResult,
} from "@yunhe/domain-evaluation";
import {
  type Bundle,
  compute,
  type DataFile,
  type Evaluation,
  exportSheets,
  rankingPicture,
  readDataFile,
  readSpecification,
  report,
  tabular,
} from "@yunhe/evaluation";
import type { Language } from "@yunhe/kernel";
import { badRequest, missing, refusable } from "./refusal.ts";

/** A file to send: its ending, its type, its bytes. */
export interface ExportFile {
  readonly ending: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

export interface ExportRequest {
  readonly format: string;
  readonly language: Language;
  /** For a picture: which ranking. */
  readonly index: string | undefined;
  readonly period: string | undefined;
}

export const evaluationFormats = ["json", "bundle", "csv", "xlsx", "html", "svg"] as const;

/** A finished evaluation as a file; everything is computed again from the bundle, or is the stored result itself. */
export async function exportEvaluation(
  { contents }: Pick<EvaluationDomain, "contents">,
  project: string,
  evaluation: EvaluationResource,
  request: ExportRequest,
): Promise<ExportFile> {
  const read = async (content: { readonly sha256: string } | undefined): Promise<Uint8Array> => {
    const bytes = content && (await contents.read(project, content.sha256));
    if (bytes) return bytes;
    throw missing(
      `Evaluation ${evaluation.metadata.name} has no result; it is ${evaluation.status?.phase ?? "Pending"}.`,
      `评价 ${evaluation.metadata.name} 没有结果；当前阶段为 ${evaluation.status?.phase ?? "Pending"}。`,
    );
  };
  const text = async (content: { readonly sha256: string } | undefined): Promise<string> =>
    new TextDecoder().decode(await read(content));
  const { status } = evaluation;
  switch (request.format) {
    case "json":
      return { ending: "json", type: "application/json", bytes: await read(status?.result) };
    case "bundle":
      return { ending: "bundle.json", type: "application/json", bytes: await read(status?.bundle) };
    case "csv": {
      const [scores] = exportSheets(recompute(await text(status?.bundle)));
      return {
        ending: "csv",
        type: "text/csv; charset=utf-8",
        bytes: encode(`\uFEFF${tabular.writeCsv(scores!.rows)}`),
      };
    }
    case "xlsx":
      return {
        ending: "xlsx",
        type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        bytes: await tabular.writeWorkbook(exportSheets(recompute(await text(status?.bundle)))),
      };
    case "html": {
      const { uncertainty, sensitivity } = JSON.parse(await text(status?.result)) as WorkResult;
      const page = report({
        evaluation: recompute(await text(status?.bundle)),
        language: request.language,
        ...(uncertainty && { uncertainty }),
        ...(sensitivity && { sensitivity }),
      });
      return { ending: "html", type: "text/html; charset=utf-8", bytes: encode(page) };
    }
    case "svg":
      return {
        ending: "svg",
        type: "image/svg+xml",
        bytes: encode(await picture(await text(status?.bundle), evaluation, request)),
      };
    default:
      throw badRequest(
        `format is one of ${evaluationFormats.join(", ")}.`,
        `format 取 ${evaluationFormats.join("、")} 之一。`,
      );
  }
}

function picture(bundle: string, { status }: EvaluationResource, request: ExportRequest): Promise<string> {
  const index = request.index ?? status?.ranking?.index ?? "";
  const period = request.period ?? status?.ranking?.period ?? "";
  return refusable(() => rankingPicture(recompute(bundle), index, period, request.language));
}

function recompute(text: string): Evaluation {
  const bundle = JSON.parse(text) as Bundle;
  const specification = readSpecification(bundle.specification as object);
  return compute(specification, readDataFile(specification, bundle.data as object), bundle.request.options);
}

/** The values of a data set with the origin and the revisions of every cell. */
export async function exportDataSet(
  read: Awaited<ReturnType<DataSetReader["read"]>>,
  format: string,
): Promise<ExportFile> {
  if (format === "json")
    return { ending: "json", type: "application/json", bytes: encode(`${JSON.stringify(read.file)}\n`) };
  const rows = cellRows(read.file);
  if (format === "csv")
    return {
      ending: "csv",
      type: "text/csv; charset=utf-8",
      bytes: encode(`\uFEFF${tabular.writeCsv(rows)}`),
    };
  if (format === "xlsx")
    return {
      ending: "xlsx",
      type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      bytes: await tabular.writeWorkbook([{ name: "cells", rows }]),
    };
  throw badRequest("format is one of json, csv, xlsx.", "format 取 json、csv、xlsx 之一。");
}

type Row = (string | number | null)[];

function cellRows({ observations, origins }: DataFile): Row[] {
  const head = [
    "entity",
    "period",
    "indicator",
    "value",
    "status",
    "publisher",
    "edition",
    "page",
    "licence",
    "note",
    "revisions",
  ];
  const rows = observations.map((cell): Row => {
    const origin = origins[cell.origin]!;
    const { publisher, edition, page, licence, note, status } = origin;
    const revisions = (cell.revisions ?? [])
      .map(({ value, reason }) => `${value ?? ""} (${reason ?? ""})`)
      .join("; ");
    return [
      cell.entity,
      cell.period,
      cell.indicator,
      cell.value,
      status,
      publisher,
      edition ?? null,
      page ?? null,
      licence ?? null,
      note ?? null,
      revisions,
    ];
  });
  return [head, ...rows];
}
