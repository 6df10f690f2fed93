import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { ApiError, type Cause } from "../errors.ts";
import { type AnyKind, apiVersionOf } from "../kind.ts";
import type { AnyResource } from "../resource.ts";
import { words } from "../words.ts";
import { causesOf, unknownField } from "./causes.ts";
import { checkMetadata } from "./metadata.ts";
import { parseKeepingNewer } from "./newer-fields.ts";
import { stepsOfKind, valueAt } from "./paths.ts";

export interface Validated {
  /** With the schema's defaults in place. */
  readonly object: AnyResource;
  readonly causes: readonly Cause[];
}

const envelope = new Set(["apiVersion", "kind", "metadata"]);

/** Parses the fields named (default: all) of an object with the kind's schemas, and checks what holds for every kind. */
export function validate(
  kind: AnyKind,
  object: AnyResource,
  previous?: AnyResource,
  only?: readonly string[],
): Validated {
  const causes: Cause[] = checkEnvelope(kind, object);
  if (only === undefined) causes.push(...checkMetadata(kind, { ...object.metadata }));
  const parsed: AnyResource = { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: object.metadata };
  for (const [name, schema] of fieldsOf(kind)) {
    if (only !== undefined && !only.includes(name)) parsed[name] = object[name];
    else parseField({ name, schema, object, previous, parsed }, causes);
    if (parsed[name] === undefined) delete parsed[name];
  }
  if (causes.length > 0) return { object: parsed, causes };
  if (previous !== undefined) causes.push(...changedImmutables(kind, parsed, previous));
  causes.push(...kind.check(parsed, previous));
  return { object: parsed, causes };
}

export const fieldsOf = (kind: AnyKind): [string, z.ZodType][] => Object.entries(kind.fields);

function checkEnvelope(kind: AnyKind, object: AnyResource): Cause[] {
  return Object.keys(object)
    .filter((name) => !envelope.has(name) && !Object.hasOwn(kind.fields, name))
    .map((name) => unknownField([name]));
}

interface Field {
  readonly name: string;
  readonly schema: z.ZodType;
  readonly object: AnyResource;
  readonly previous: AnyResource | undefined;
  readonly parsed: AnyResource;
}

function parseField({ name, schema, object, previous, parsed }: Field, causes: Cause[]): void {
  const result = schema.safeParse(object[name]);
  if (result.success) {
    parsed[name] = result.data;
    return;
  }
  const { issues } = result.error;
  const kept = previous && parseKeepingNewer(schema, issues, object[name], previous[name]);
  if (kept !== undefined) parsed[name] = kept;
  // A status that nobody has written yet is not an error: its writer comes later.
  else if (name !== "status" || object[name] !== undefined) {
    causes.push(...causesOf(issues, object, [name]));
  }
}

function changedImmutables(kind: AnyKind, next: AnyResource, previous: AnyResource): Cause[] {
  return kind.immutable
    .filter((path) => {
      const steps = stepsOfKind(path);
      return !isDeepStrictEqual(valueAt(next, steps), valueAt(previous, steps));
    })
    .map((path) => ({
      field: path,
      reason: "FieldValueForbidden" as const,
      message: words(
        "cannot change after creation: create a new object instead",
        "创建后不能更改：请新建对象",
      ),
    }));
}

/** The `Invalid` error of the Kubernetes API, its message made from the causes. */
export function invalidObject(kind: AnyKind, name: string, causes: readonly Cause[]): ApiError {
  const list = (language: "en" | "zh"): string =>
    causes.map((cause) => `${cause.field}: ${cause.message[language]}`).join(language === "en" ? "; " : "；");
  return new ApiError(
    "Invalid",
    words(`${kind.kind} "${name}" is invalid: ${list("en")}`, `${kind.words.zh}“${name}”无效：${list("zh")}`),
    { group: kind.group, kind: kind.kind, name, causes },
  );
}
