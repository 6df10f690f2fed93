import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { isRecord, valueAt } from "./paths.ts";

/**
 * Parses a value in which stand fields that this version does not know, but that stood there before just as they do
 * now: a newer version wrote them, and this one is an older that came after it (a rolling upgrade, a way back). They
 * are laid aside for the schema and kept. Undefined where anything else is wrong. A field inside of a union is not
 * found again: there the object has to wait for the newer version.
 */
export function parseKeepingNewer(
  schema: z.ZodType,
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
  previous: unknown,
): unknown {
  const newer = issues.flatMap((issue) =>
    issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [undefined],
  );
  const known = structuredClone(value);
  for (const path of newer) {
    const stood = path && valueAt(previous, path);
    if (stood === undefined || !isDeepStrictEqual(valueAt(value, path!), stood)) return undefined;
    delete parentOf(known, path!)[path!.at(-1)!];
  }
  const result = schema.safeParse(known);
  if (!result.success) return undefined;
  for (const path of newer) parentOf(result.data, path!)[path!.at(-1)!] = valueAt(previous, path!);
  return result.data;
}

function parentOf(root: unknown, path: readonly PropertyKey[]): Record<PropertyKey, unknown> {
  const parent = valueAt(root, path.slice(0, -1));
  if (!isRecord(parent)) throw new TypeError("an unknown field stands in an object");
  return parent;
}
