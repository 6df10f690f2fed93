import type { KindAddress } from "@yunhe/client";
import type {
  EvaluationResult,
  RemovalResult,
  SensitivityResult,
  UncertaintyResult,
} from "@yunhe/evaluation";
import type { AnyResource } from "@yunhe/kernel";
import { queryOptions } from "@tanstack/react-query";
import { yunhe } from "../../api/client.ts";

const evaluation = { group: "evaluation.yunhe.dev", version: "v1", namespaced: true } as const;
export const evaluationApiVersion = "evaluation.yunhe.dev/v1";

/** The kinds that these pages show. */
export const evaluationKinds = {
  specifications: { ...evaluation, plural: "indexspecifications" },
  dataSets: { ...evaluation, plural: "datasets" },
  evaluations: { ...evaluation, plural: "evaluations" },
} as const satisfies Record<string, KindAddress>;

export interface StatusFinding {
  readonly level: "error" | "warning";
  readonly code: string;
  readonly message: string;
  readonly messageZh: string;
}

/** As much of the objects as the pages look at. */
export interface SpecificationObject extends AnyResource {
  readonly spec: { readonly definition: Record<string, unknown>; readonly description: string };
  readonly status?: {
    readonly title?: { readonly en: string; readonly zh: string };
    readonly indicators?: number;
    readonly indices?: number;
    readonly computable?: boolean;
    readonly findings?: readonly StatusFinding[];
  };
}

export interface DataSetObject extends AnyResource {
  readonly spec: { readonly specification: string; readonly source: { readonly type: string } };
  readonly status?: {
    readonly cells?: number;
    readonly missing?: number;
    readonly synthetic?: boolean;
    readonly periods?: readonly string[];
    readonly findings?: readonly StatusFinding[];
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

export interface EvaluationObject extends AnyResource {
  readonly spec: {
    readonly specification: string;
    readonly dataSet: string;
    readonly robustness?: { readonly index: string };
  };
  readonly status?: {
    readonly phase: string;
    readonly step?: string;
    readonly progress?: number;
    readonly synthetic?: boolean;
    readonly seed?: number;
    readonly findings?: readonly StatusFinding[];
    readonly conditions?: readonly { readonly message: string; readonly messageZh?: string }[];
    readonly result?: { readonly sha256: string };
  };
}

/** What the server keeps of a finished evaluation. */
export interface WorkResult {
  readonly result: EvaluationResult;
  readonly uncertainty: UncertaintyResult | null;
  readonly sensitivity: SensitivityResult | null;
  readonly removal: RemovalResult | null;
}

const base = (project: string): string => `/yunhe/v1/projects/${encodeURIComponent(project)}/evaluation`;

export const exportPath = (project: string, name: string, format: string, language: string): string =>
  `${base(project)}/evaluations/${encodeURIComponent(name)}/export?format=${format}&lang=${language}`;

/** The stored result; its digest is part of the key, so that it is read again when it is another one. */
export const resultQuery = (project: string, name: string, sha256: string | undefined) =>
  queryOptions({
    queryKey: ["evaluation-result", project, name, sha256],
    queryFn: ({ signal }) =>
      yunhe.transport.json<WorkResult>(exportPath(project, name, "json", "en"), { signal }),
    enabled: sha256 !== undefined,
    staleTime: Infinity,
  });

export const templatesQuery = queryOptions({
  queryKey: ["evaluation-templates"],
  queryFn: ({ signal }) =>
    yunhe.transport.json<{ items: { id: string; definition: Record<string, unknown> }[] }>(
      "/yunhe/v1/evaluation/specifications",
      { signal },
    ),
  staleTime: Infinity,
});

export const uploadTable = (project: string, specification: string, file: File, sheet?: string) =>
  yunhe.transport.json<TablePreview>(
    `${base(project)}/tables?${new URLSearchParams({ specification, file: file.name, ...(sheet === undefined ? {} : { sheet }) })}`,
    {
      method: "POST",
      body: file,
      contentType: "application/octet-stream",
    },
  );

/** An uploaded table before anything of it is believed. */
export interface TablePreview {
  readonly content: { readonly sha256: string };
  readonly sheets: readonly string[];
  readonly header: readonly string[];
  readonly rowCount: number;
  readonly encoding: string | null;
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
  readonly mapping: Mapping;
  /** The mapping if the table is of that form. */
  readonly forms: Readonly<Record<TableForm, Mapping>>;
  /** For each column its different texts and the indicators that they name; null where they are too many. */
  readonly names: readonly (readonly { readonly name: string; readonly indicator: string | null }[] | null)[];
}

/** One column per indicator, or one row per value. */
export type TableForm = "wide" | "long";

export interface Mapping {
  readonly entity: string;
  readonly kind: string;
  readonly period: { readonly column: string } | { readonly fixed: string };
  /** Wide: by header; long: by name in the indicator column. */
  readonly indicators?: Readonly<Record<string, string>>;
  readonly long?: LongColumns;
  readonly origin: { readonly publisher: string; readonly status: string };
  readonly originColumns?: { readonly publisher?: string; readonly [more: string]: unknown };
  readonly numbers?: { readonly accept: readonly string[]; readonly [more: string]: unknown };
  readonly [more: string]: unknown;
}

export interface LongColumns {
  readonly indicator: string;
  readonly value: string;
  readonly unit?: string;
  readonly ignored?: readonly string[];
}

export const importTables = (project: string, request: object) =>
  yunhe.transport.json<{
    readonly content: { readonly sha256: string; readonly bytes: number };
    readonly cells: number;
  }>(`${base(project)}/imports`, { method: "POST", body: JSON.stringify(request) });

export const manifest = (
  kind: string,
  project: string,
  name: string,
  spec: object,
): Record<string, unknown> => ({
  apiVersion: evaluationApiVersion,
  kind,
  metadata: { name, namespace: project },
  spec,
});

export const observatoryPath = (project: string): string => `${base(project)}/observatory`;
export const figuresPath = (project: string, file: string): string =>
  `${base(project)}/figures?${new URLSearchParams({ file })}`;
