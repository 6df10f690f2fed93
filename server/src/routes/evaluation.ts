import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { ServerResponse } from "node:http";
import { type AnyKind, type Language, keyOfKind, type Objects } from "@yunhe/kernel";
import { dataSetKind, type EvaluationDomain, evaluationKind, figureKind } from "@yunhe/domain-evaluation";
import type { ExportFile } from "../evaluation/export.ts";
import { badRequest, missing } from "../evaluation/refusal.ts";
import { apiHeaders, type HttpApp, readBody, sendJson } from "../http/index.ts";
import { type Ask, type Door, secured, type Visit } from "./secured.ts";

const base = "/yunhe/v1/projects/:project/evaluation";
/** A workbook of a hundred thousand cells has some 2 MiB. */
const uploadLimitBytes = 32 * 1024 * 1024;

const may =
  (verb: "get" | "list" | "create", kind: AnyKind): Ask =>
  ({ parameters }) => ({ verb, kind: keyOfKind(kind), namespace: parameters["project"] ?? "" });

/**
 * Beside the kinds of the evaluation: built-in specifications, tables with a proposed mapping, their import, exports,
 * and the observatory's findings. Whoever may create data sets may import, whoever may read them may export.
 * What answers is loaded when it is first asked: it stands on a large library.
 */
export function evaluationRoutes(
  door: Door,
  objects: Objects,
  domain: EvaluationDomain,
): (app: HttpApp) => void {
  return (app) => {
    secured(app, door, "GET", "/yunhe/v1/evaluation/specifications", undefined, async ({ outgoing }) => {
      sendJson(outgoing, 200, { items: await builtIn() });
    });
    secured(app, door, "POST", `${base}/tables`, may("create", dataSetKind), async (visit) => {
      const file = required(visit, "file");
      const specification = required(visit, "specification");
      const sheet = visit.url.searchParams.get("sheet") ?? undefined;
      const bytes = await readBody(visit.incoming, uploadLimitBytes);
      const { previewTable } = await imports();
      sendJson(visit.outgoing, 200, {
        ...(await previewTable(domain, project(visit), {
          specification,
          file: basename(file),
          sheet,
          bytes,
        })),
      });
    });
    secured(app, door, "POST", `${base}/imports`, may("create", dataSetKind), async (visit) => {
      const { importData, importRequest } = await imports();
      const request = importRequest.safeParse(await jsonBody(visit));
      if (!request.success)
        throw badRequest(`Not an import: ${request.error.issues[0]!.message}.`, "导入请求的格式不正确。");
      sendJson(visit.outgoing, 200, { ...(await importData(domain, project(visit), request.data)) });
    });
    secured(app, door, "GET", `${base}/datasets/:name/export`, may("get", dataSetKind), async (visit) => {
      const found = await objects.get(dataSetKind, project(visit), name(visit));
      if (!found) throw missing(`There is no data set ${name(visit)}.`, `没有数据集 ${name(visit)}。`);
      const { exportDataSet } = await exports();
      const file = await exportDataSet(
        await domain.reader.read(found),
        visit.url.searchParams.get("format") ?? "json",
      );
      sendFile(visit.outgoing, found.metadata.name, file);
    });
    secured(
      app,
      door,
      "GET",
      `${base}/evaluations/:name/export`,
      may("get", evaluationKind),
      async (visit) => {
        const found = await objects.get(evaluationKind, project(visit), name(visit));
        if (!found) throw missing(`There is no evaluation ${name(visit)}.`, `没有评价 ${name(visit)}。`);
        const { searchParams } = visit.url;
        const { evaluationFormats, exportEvaluation } = await exports();
        const format = searchParams.get("format") ?? evaluationFormats[0];
        const file = await exportEvaluation(domain, project(visit), found, {
          format,
          language: languageOf(searchParams.get("lang"), visit.language),
          index: searchParams.get("index") ?? undefined,
          period: searchParams.get("period") ?? undefined,
        });
        sendFile(visit.outgoing, found.metadata.name, file);
      },
    );
    secured(app, door, "GET", `${base}/observatory`, may("list", figureKind), async (visit) => {
      const { observe } = await observatory();
      sendJson(visit.outgoing, 200, {
        ...(await observe(objects, project(visit), visit.url.searchParams.get("further") !== "false")),
      });
    });
    secured(app, door, "POST", `${base}/figures`, may("create", figureKind), async (visit) => {
      const file = basename(required(visit, "file"));
      const bytes = await readBody(visit.incoming, uploadLimitBytes);
      const { importFigures } = await observatory();
      sendJson(visit.outgoing, 200, {
        ...(await importFigures(objects, project(visit), { file, bytes, actor: visit.principal.id })),
      });
    });
  };
}

const imports = () => import("../evaluation/import.ts");
const exports = () => import("../evaluation/export.ts");
const observatory = () => import("../evaluation/observatory.ts");

const project = ({ parameters }: Visit): string => parameters["project"] ?? "";
const name = ({ parameters }: Visit): string => parameters["name"] ?? "";

const languageOf = (asked: string | null, visitor: Language): Language =>
  asked === "en" || asked === "zh" ? asked : visitor;

function required({ url }: Visit, parameter: string): string {
  const value = url.searchParams.get(parameter);
  if (value !== null && value !== "") return value;
  throw badRequest(`The parameter ${parameter} is missing.`, `缺少参数 ${parameter}。`);
}

async function jsonBody({ incoming }: Visit): Promise<unknown> {
  const text = new TextDecoder().decode(await readBody(incoming));
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest("The body is not JSON.", "请求体不是有效的 JSON。");
  }
}

function sendFile(outgoing: ServerResponse, fileName: string, { ending, type, bytes }: ExportFile): void {
  outgoing.writeHead(200, {
    ...apiHeaders,
    "Content-Type": type,
    "Content-Length": bytes.byteLength,
    "Content-Disposition": `attachment; filename="${fileName}.${ending}"`,
  });
  outgoing.end(bytes);
}

const builtInFiles = ["cloud-development-2024", "fleet"] as const;
let known: readonly { readonly id: string; readonly definition: object }[] | undefined;

/** The specifications that come with Yunhe, checked as any other; read once. */
async function builtIn(): Promise<NonNullable<typeof known>> {
  if (known !== undefined) return known;
  const [{ readSpecification }, { parse }] = await Promise.all([import("@yunhe/evaluation"), import("yaml")]);
  known = builtInFiles.map((id) => {
    const file = new URL(import.meta.resolve(`@yunhe/evaluation/specifications/${id}.yaml`));
    const definition = parse(readFileSync(file, "utf8")) as object;
    readSpecification(definition);
    return { id, definition };
  });
  return known;
}
