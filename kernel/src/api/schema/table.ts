import type { AnyKind, Column } from "../../kind.ts";
import type { AnyResource } from "../../resource.ts";
import { stepsOfKind, valueAt } from "../../validation/paths.ts";
import { type Language, words } from "../../words.ts";
import { humanBytes, humanDuration } from "./human.ts";

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables */
export interface TableOptions {
  readonly language: Language;
  readonly includeObject: "None" | "Metadata" | "Object";
  readonly nowMs: number;
}

export interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}

const nameColumn: Column = { name: words("Name", "名称"), path: ".metadata.name", type: "string" };
const ageColumn: Column = {
  name: words("Age", "存在时间"),
  path: ".metadata.creationTimestamp",
  type: "date",
};

const columnsOf = (kind: AnyKind): readonly Column[] => {
  const own = kind.columns.filter(({ path }) => path !== nameColumn.path && path !== ageColumn.path);
  return [nameColumn, ...own, ageColumn];
};

export const tableColumns = (kind: AnyKind, language: Language): TableColumn[] =>
  columnsOf(kind).map((column) => ({
    name: column.name[language],
    // Ages and sizes are sent as people read them.
    type:
      column.type === "date" || column.format === "bytes" || column.format === "durationMs"
        ? "string"
        : column.type,
    format: column === nameColumn ? "name" : "",
    description: column.description?.[language] ?? column.name[language],
    priority: column.priority ?? 0,
  }));

export function tableRow(kind: AnyKind, object: AnyResource, options: TableOptions): Record<string, unknown> {
  const cells = columnsOf(kind).map((column) => cell(column, object, options.nowMs));
  if (options.includeObject === "None") return { cells };
  return { cells, object: options.includeObject === "Object" ? object : partialMetadata(object) };
}

export const partialMetadata = (object: AnyResource): Record<string, unknown> => ({
  kind: "PartialObjectMetadata",
  apiVersion: "meta.k8s.io/v1",
  metadata: object.metadata,
});

function cell(column: Column, object: AnyResource, nowMs: number): unknown {
  const value = valueAt(object, stepsOfKind(column.path));
  if (value === undefined || value === null) return column.type === "date" ? "<unknown>" : "";
  if (column.type === "date")
    return humanDuration(nowMs - Date.parse(typeof value === "string" ? value : ""));
  if (typeof value === "number" && column.format === "bytes") return humanBytes(value);
  if (typeof value === "number" && column.format === "durationMs") return humanDuration(value);
  if (typeof value === "number" && column.format === "percent") return `${Math.round(value)}%`;
  return typeof value === "object" ? JSON.stringify(value) : value;
}
