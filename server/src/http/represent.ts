import {
  type AnyResource,
  type Language,
  partialMetadata,
  tableColumns,
  type TableOptions,
  tableRow,
} from "@yunhe/kernel";
import { apiVersionOf } from "@yunhe/kernel";
import type { Representation } from "./accept.ts";
import { type ServedKind, showText } from "./view.ts";

export interface Form {
  readonly served: ServedKind;
  readonly representation: Representation;
  readonly table: TableOptions;
}

/** The same form has the same id: watchers of one form share their bytes. */
export const formId = ({ served, representation, table }: Form): string =>
  `${served.shown.group}/${served.shown.plural} ${representation} ${table.includeObject} ${table.language}`;

interface ListMeta {
  readonly resourceVersion: string;
  readonly continue?: string;
}

const parse = (form: Form, json: string): AnyResource =>
  JSON.parse(showText(form.served, json)) as AnyResource;

/** One object as JSON text in the form asked for. */
export function oneText(form: Form, json: string, withColumns = true): string {
  if (form.representation === "Object") return showText(form.served, json);
  const object = parse(form, json);
  if (form.representation === "PartialObjectMetadata") return JSON.stringify(partialMetadata(object));
  return tableText(form, [object], { resourceVersion: object.metadata.resourceVersion }, withColumns);
}

/** A list as JSON text; objects that are shown as stored are never parsed. */
export function listText(form: Form, items: readonly string[], meta: ListMeta): string {
  const { shown } = form.served;
  if (form.representation === "Table")
    return tableText(
      form,
      items.map((json) => parse(form, json)),
      meta,
      true,
    );
  const partial = form.representation === "PartialObjectMetadata";
  const texts = items.map((json) => (partial ? JSON.stringify(partialMetadata(parse(form, json))) : showText(form.served, json))); // prettier-ignore
  const envelope = {
    kind: partial ? "PartialObjectMetadataList" : `${shown.kind}List`,
    apiVersion: partial ? "meta.k8s.io/v1" : apiVersionOf(shown),
    metadata: meta,
  };
  return `${JSON.stringify(envelope).slice(0, -1)},"items":[${texts.join(",")}]}`;
}

function tableText(
  form: Form,
  objects: readonly AnyResource[],
  metadata: ListMeta,
  withColumns: boolean,
): string {
  const { shown } = form.served;
  return JSON.stringify({
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: withColumns ? tableColumns(shown, form.table.language) : [],
    rows: objects.map((object) => tableRow(shown, object, form.table)),
  });
}

/** A bookmark carries nothing but how far the watch is. */
export function bookmarkText(form: Form, revision: number, initialEventsEnd: boolean): string {
  const { shown } = form.served;
  const metadata = {
    resourceVersion: String(revision),
    creationTimestamp: null,
    ...(initialEventsEnd ? { annotations: { "k8s.io/initial-events-end": "true" } } : {}),
  };
  const object = { kind: shown.kind, apiVersion: apiVersionOf(shown), metadata };
  if (form.representation === "Object") return JSON.stringify(object);
  if (form.representation === "PartialObjectMetadata") {
    return JSON.stringify({ ...object, kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1" });
  }
  return JSON.stringify({
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: { resourceVersion: String(revision) },
    columnDefinitions: [],
    rows: [{ cells: tableColumns(shown, form.table.language).map(() => null), object: { ...object, kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1" } }],
  }); // prettier-ignore
}

export const tableOptions = (
  language: Language,
  includeObject: TableOptions["includeObject"] | undefined,
  nowMs: number,
): TableOptions => ({ language, includeObject: includeObject ?? "Metadata", nowMs });
