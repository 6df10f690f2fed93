import { z } from "zod";
import { schemaFindings } from "../specification/parse.ts";
import { originSchema, textSchema, type Specification } from "../specification/schema.ts";
import { errorFinding, EvaluationError } from "../specification/types.ts";
import { assembleData } from "./assemble.ts";
import { cellKey, type DataSet } from "./dataset.ts";

const revisionSchema = z.strictObject({
  value: z.number().nullable(),
  origin: originSchema,
  reason: z.string().optional(),
  replacedOn: z.string().optional(),
});

/** The data file: entities, mappings, the list of origins, and one observation per cell. */
export const dataFileSchema = z.strictObject({
  format: z.literal("yunhe.dev/index-data/v1"),
  entities: z
    .array(
      z.strictObject({
        id: z.string(),
        kind: z.string(),
        label: textSchema.optional(),
        group: z.string().optional(),
      }),
    )
    .default([]),
  memberships: z
    .array(z.strictObject({ fromKind: z.string(), from: z.string(), toKind: z.string(), to: z.string() }))
    .default([]),
  origins: z.array(originSchema).min(1),
  observations: z.array(
    z.strictObject({
      entity: z.string(),
      indicator: z.string(),
      period: z.string(),
      value: z.union([z.number(), z.string(), z.null()]),
      unit: z.string().optional(),
      /** Position in `origins`. */
      origin: z.number().int().min(0),
      revisions: z.array(revisionSchema).optional(),
    }),
  ),
});

export type DataFile = z.input<typeof dataFileSchema>;

/** Reads the JSON data file. @throws EvaluationError with every fault. */
export function readDataFile(specification: Specification, source: string | object, file?: string): DataSet {
  const parsed = dataFileSchema.safeParse(typeof source === "string" ? parseJson(source, file) : source);
  if (!parsed.success) throw new EvaluationError(schemaFindings("data", parsed.error, file));
  const data = parsed.data;
  const wrong = data.observations.findIndex((observation) => observation.origin >= data.origins.length);
  if (wrong >= 0)
    throw new EvaluationError([
      errorFinding(
        "unknown-origin",
        { file, path: `observations[${wrong}].origin` },
        `observations[${wrong}] names origin ${data.observations[wrong]!.origin}, but there are only ${data.origins.length}.`,
        `observations[${wrong}] 引用的来源 ${data.observations[wrong]!.origin} 不存在（共 ${data.origins.length} 个）。`,
      ),
    ]);
  return assembleData(specification, {
    entities: data.entities.map((entity) => ({
      ...entity,
      label: entity.label ?? { en: entity.id, zh: entity.id },
    })),
    memberships: data.memberships,
    observations: data.observations.map((observation, k) => ({
      ...observation,
      origin: data.origins[observation.origin]!,
      place: { file, path: `observations[${k}]` },
    })),
  });
}

function parseJson(text: string, file?: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new EvaluationError([
      errorFinding(
        "data-syntax",
        { file },
        `The data file is not JSON: ${what}`,
        `数据文件不是有效的 JSON：${what}`,
      ),
    ]);
  }
}

/** The data set as a data file again; reading it gives the same data set. */
export function toDataFile(specification: Specification, data: DataSet): DataFile {
  const observations: DataFile["observations"] = [];
  for (const indicator of specification.indicators) {
    const column = data.columns.get(indicator.id);
    if (column === undefined) continue;
    const entities = data.entities.get(indicator.collectedPer ?? indicator.kind) ?? [];
    for (const [p, period] of data.periods.entries()) {
      for (const [e, entity] of entities.entries()) {
        const cell = p * entities.length + e;
        const value = column.values[cell]!;
        const revisions = data.revisions.get(cellKey(indicator.id, entity.id, period));
        observations.push({
          entity: entity.id,
          indicator: indicator.id,
          period,
          value: Number.isNaN(value) ? null : value,
          origin: Math.max(0, column.origin[cell]!),
          ...(revisions ? { revisions: [...revisions] } : {}),
        });
      }
    }
  }
  const rosters = new Set(specification.kinds.filter((kind) => kind.entities).map((kind) => kind.id));
  const entities = [...data.entities.values()]
    .flat()
    .filter((entity) => !rosters.has(entity.kind))
    .map(({ id, kind, label, group }) => ({ id, kind, label, ...(group === undefined ? {} : { group }) }));
  return {
    format: "yunhe.dev/index-data/v1",
    entities,
    memberships: [...data.memberships],
    origins: [...data.origins],
    observations,
  };
}
