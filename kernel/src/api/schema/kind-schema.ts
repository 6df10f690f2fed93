import { z } from "zod";
import { type AnyKind, apiVersionOf } from "../../kind.ts";
import { listMerge } from "../../fields/leaves.ts";
import { isRecord } from "../../validation/paths.ts";
import { fieldsOf } from "../../validation/validate.ts";
import { metaPrefix, refTo } from "./meta-schemas.ts";

type Schema = Record<string, unknown>;

/** `compute.yunhe.dev`, Task → `dev.yunhe.compute.v1.Task`; the core group is `io.k8s.api.core`. */
export const schemaName = (kind: AnyKind, name = kind.kind): string =>
  `${kind.group === "" ? "io.k8s.api.core" : kind.group.split(".").toReversed().join(".")}.${kind.version}.${name}`;

const gvk = (kind: AnyKind, name = kind.kind): Schema => ({
  "x-kubernetes-group-version-kind": [{ group: kind.group, version: kind.version, kind: name }],
});

/** What people write of a kind, as OpenAPI 3.0, with the words of its fields in both languages. */
export function kindSchema(kind: AnyKind): Schema {
  const properties: Schema = {
    apiVersion: { type: "string", description: apiVersionOf(kind), "x-yunhe-zh": apiVersionOf(kind) },
    kind: { type: "string", description: kind.kind, "x-yunhe-zh": kind.words.zh },
    metadata: refTo(`${metaPrefix}.ObjectMeta`),
  };
  for (const [name, schema] of fieldsOf(kind)) properties[name] = fieldSchema(kind, name, schema);
  const required = fieldsOf(kind)
    .filter(([name, schema]) => name !== "status" && !schema.safeParse(undefined).success)
    .map(([name]) => name);
  return {
    type: "object",
    description: kind.description.en,
    "x-yunhe-zh": kind.description.zh,
    properties,
    ...(required.length === 0 ? {} : { required }),
    ...gvk(kind),
    "x-yunhe-words": kind.words,
    "x-yunhe-immutable": kind.immutable,
    "x-yunhe-read-only": kind.readOnly,
  };
}

export const listSchema = (kind: AnyKind): Schema => ({
  type: "object",
  description: `A list of ${kind.plural}.`,
  "x-yunhe-zh": `${kind.words.zh}列表。`,
  required: ["items"],
  properties: {
    apiVersion: { type: "string" },
    kind: { type: "string" },
    metadata: refTo(`${metaPrefix}.ListMeta`),
    items: { type: "array", items: refTo(schemaName(kind)) },
  },
  ...gvk(kind, `${kind.kind}List`),
});

/** A zod schema as OpenAPI 3.0, as it is to be written (before defaults and transforms). */
export function openApiSchema(schema: z.ZodType): Schema {
  const made = z.toJSONSchema(schema, { io: "input", target: "openapi-3.0", unrepresentable: "any" });
  return tidy(made) as Schema;
}

function fieldSchema(kind: AnyKind, name: string, schema: z.ZodType): Schema {
  const made = openApiSchema(schema);
  markLists(kind, made, name);
  return made;
}

/** Takes away what OpenAPI 3.0 readers of Kubernetes do not know, and the noise of safe integer bounds. */
function tidy(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(tidy);
  if (!isRecord(node)) return node;
  const { $schema: _dialect, "~standard": _standard, propertyNames: _names, ...rest } = node;
  if (rest["minimum"] === Number.MIN_SAFE_INTEGER) delete rest["minimum"];
  if (rest["maximum"] === Number.MAX_SAFE_INTEGER) delete rest["maximum"];
  if (rest["type"] === "integer") rest["format"] = "int64";
  return Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key, key === "default" ? value : tidy(value)]),
  );
}

/** Tells clients how lists merge under server-side apply. */
function markLists(kind: AnyKind, node: unknown, place: string): void {
  if (!isRecord(node)) return;
  if (node["type"] === "array") {
    const merge = listMerge(kind, place);
    node["x-kubernetes-list-type"] = merge === undefined ? "atomic" : merge === "set" ? "set" : "map";
    if (Array.isArray(merge)) node["x-kubernetes-list-map-keys"] = merge;
    markLists(kind, node["items"], place);
  }
  if (!isRecord(node["properties"])) return;
  for (const [name, child] of Object.entries(node["properties"])) markLists(kind, child, `${place}.${name}`);
}
