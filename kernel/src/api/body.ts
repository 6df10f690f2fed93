import { ApiError } from "../errors.ts";
import { type AnyKind, apiVersionOf } from "../kind.ts";
import type { NewMetadata } from "../prepare.ts";
import type { AnyResource } from "../resource.ts";
import { unknownPath } from "../validation/causes.ts";
import { isRecord, valueAt } from "../validation/paths.ts";
import { validate } from "../validation/validate.ts";
import { words, type Words } from "../words.ts";
import type { Collection, FieldValidation } from "./types.ts";

/** An object from outside: its envelope fits the URL, nothing else about it is known. */
export type GivenObject = Record<string, unknown> & { readonly metadata: NewMetadata };

const bad = (field: string, message: Words): ApiError =>
  new ApiError("BadRequest", words(`${field}: ${message.en}`, `${field}：${message.zh}`), {
    causes: [{ field, reason: "FieldValueInvalid", message }],
  });

/** Checks that a body is an object of the kind and namespace that the URL names; throws BadRequest. */
export function readObject(target: Collection, body: unknown): GivenObject {
  const { kind, namespace } = target;
  if (!isRecord(body))
    throw bad("body", words(`must be an object of kind ${kind.kind}`, `必须是 ${kind.kind} 对象`));
  expectText("apiVersion", body["apiVersion"], apiVersionOf(kind));
  expectText("kind", body["kind"], kind.kind);
  const metadata = body["metadata"] ?? {};
  if (!isRecord(metadata)) throw bad("metadata", words("must be an object", "必须是对象"));
  for (const field of ["name", "generateName", "namespace", "uid", "resourceVersion"]) {
    const value = metadata[field];
    if (value !== undefined && value !== null && typeof value !== "string") {
      throw bad(`metadata.${field}`, words("must be text", "必须是文本"));
    }
  }
  const given = metadata["namespace"];
  if (kind.scope === "Namespaced" && given && given !== namespace) {
    throw bad("metadata.namespace", words(`${JSON.stringify(given)} is not the project of the request, "${namespace}"`, `${JSON.stringify(given)} 不是请求所在的项目“${namespace}”`)); // prettier-ignore
  }
  return { ...body, metadata };
}

function expectText(field: string, value: unknown, expected: string): void {
  if (value === undefined || value === expected) return;
  const shown = JSON.stringify(value);
  throw bad(field, words(`${shown} does not fit this address, which takes "${expected}"`, `${shown} 与此地址不符，应为“${expected}”`)); // prettier-ignore
}

/**
 * Takes the fields that the kind does not know out of an object, unless validation is strict (then preparing it throws
 * Invalid). Gives the warnings that `Warn` asks for.
 */
export function dropUnknown(
  kind: AnyKind,
  object: AnyResource,
  mode: FieldValidation,
): { readonly object: AnyResource; readonly warnings: readonly Words[] } {
  if (mode === "Strict") return { object, warnings: [] };
  const unknown = validate(kind, object).causes.filter((cause) => unknownPath(cause) !== undefined);
  if (unknown.length === 0) return { object, warnings: [] };
  const pruned = structuredClone(object);
  for (const cause of unknown) removeAt(pruned, unknownPath(cause) ?? []);
  const warnings = unknown.map(({ field }) => words(`unknown field "${field}"`, `未知字段“${field}”`));
  return { object: pruned, warnings: mode === "Warn" ? warnings : [] };
}

function removeAt(root: unknown, path: readonly PropertyKey[]): void {
  const parent = valueAt(root, path.slice(0, -1));
  if (isRecord(parent)) delete parent[String(path.at(-1))];
}
