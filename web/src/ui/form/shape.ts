import type { JsonSchema } from "@yunhe/client";

/** How a field is asked for. */
export type Shape =
  | { readonly type: "object" }
  | { readonly type: "choice"; readonly values: readonly unknown[] }
  | { readonly type: "boolean" }
  | { readonly type: "lines" }
  | { readonly type: "items"; readonly item: JsonSchema }
  | { readonly type: "pairs"; readonly item: JsonSchema }
  | { readonly type: "scalar" };

export function shapeOf(schema: JsonSchema): Shape {
  if (schema.enum) return { type: "choice", values: schema.enum };
  if (schema.type === "boolean") return { type: "boolean" };
  if (schema.type === "array") {
    const item = schema.items ?? {};
    return item.type === "object" ? { type: "items", item } : { type: "lines" };
  }
  if (schema.properties) return { type: "object" };
  if (schema.type === "object") {
    const item = typeof schema.additionalProperties === "object" ? schema.additionalProperties : {};
    return { type: "pairs", item };
  }
  return { type: "scalar" };
}

/** What a text stands for: a number where the schema takes one, nothing when it is empty. */
export function readScalar(schema: JsonSchema, text: string): unknown {
  if (text === "") return undefined;
  const branches = schema.anyOf ?? schema.oneOf ?? [schema];
  const takesNumber = branches.some(({ type }) => type === "number" || type === "integer");
  const takesAnything = branches.every(
    ({ type, properties }) => type === undefined && properties === undefined,
  );
  if (takesNumber && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (!takesAnything) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

export function scalarText(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}
