import { ApiError, type NewObject, type Objects, words } from "@yunhe/kernel";
import { figureKind, type FigureResource } from "@yunhe/domain-evaluation";
import { observatory, tabular } from "@yunhe/evaluation";
import { refusable } from "./refusal.ts";

/** A figure's record as the library takes it. */
const recordOf = ({ metadata, spec }: FigureResource): observatory.Figure => ({
  id: metadata.name,
  figure: spec.figure,
  value: spec.value,
  unit: spec.unit,
  period: spec.period,
  scope: spec.scope,
  definition: spec.definition,
  publisher: spec.publisher,
  edition: spec.edition,
  page: spec.page,
  status: spec.status,
  note: spec.note,
});

/** All figures of a project, what contradicts what, and which may share an axis. */
export async function observe(objects: Objects, project: string, further: boolean) {
  const own = (await objects.list(figureKind, project)).map(recordOf);
  const figures = [...own, ...(further ? observatory.furtherFigures : [])];
  return {
    figures,
    own: own.length,
    findings: observatory.findContradictions(figures),
    series: observatory.seriesOf(figures).map(({ points, ...series }) => ({
      ...series,
      points: points.map(({ figure, ...point }) => ({
        ...point,
        id: figure.id,
        low: finite(point.low),
        high: finite(point.high),
      })),
    })),
  };
}

/** JSON has no infinity: a bound that is open is null. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** Adds the records of a CSV file as figures; those that are there already stay as they are. */
export async function importFigures(
  objects: Objects,
  project: string,
  upload: { readonly file: string; readonly bytes: Uint8Array; readonly actor: string },
): Promise<{ readonly created: number; readonly known: number }> {
  const { text } = await refusable(() => tabular.decodeText(upload.bytes));
  const figures = await refusable(() => observatory.readFigures(text, upload.file));
  const present = new Set((await objects.list(figureKind, project)).map(({ metadata }) => metadata.name));
  const fresh = new Map(
    figures.map((figure) => [nameOf(figure.id), figure] as const).filter(([name]) => !present.has(name)),
  );
  const drafts = [...fresh].map(([name, figure]) => ({
    type: "create" as const,
    kind: figureKind,
    object: { metadata: { name, namespace: project }, spec: specOf(figure) } as NewObject,
  }));
  if (drafts.length > mostAtOnce) throw tooMany(drafts.length);
  if (drafts.length > 0) await objects.commit(drafts, { actor: upload.actor, verb: "import" });
  return { created: drafts.length, known: figures.length - drafts.length };
}

const specOf = (figure: observatory.Figure): Omit<observatory.Figure, "id"> => {
  const {
    figure: title,
    value,
    unit,
    period,
    scope,
    definition,
    publisher,
    edition,
    page,
    status,
    note,
  } = figure;
  return { figure: title, value, unit, period, scope, definition, publisher, edition, page, status, note };
};

const mostAtOnce = 2000;

/** `figures.csv:12` becomes `figures-csv-12`. */
const nameOf = (id: string): string =>
  id
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 200) || "figure";

const tooMany = (count: number): ApiError =>
  new ApiError(
    "RequestEntityTooLarge",
    words(
      `${count} figures are more than ${mostAtOnce}; split the file.`,
      `${count} 条数据超过 ${mostAtOnce} 条；请拆分文件。`,
    ),
  );
