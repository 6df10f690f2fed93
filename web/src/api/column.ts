import { isPlain } from "../ui/form/paths.ts";

/**
 * The value at a column's path: `.status.phase`, `.spec.after[0]`, `.status.conditions[?(@.type=="Ready")].status`.
 * Undefined where there is none.
 */
export function valueAtColumn(object: unknown, path: string): unknown {
  let value: unknown = object;
  for (const [, name, index, key, wanted] of path.matchAll(
    /\.([\w-]+)|\[(\d+)\]|\[\?\(@\.(\w+)\s*==\s*"([^"]*)"\)\]/g,
  )) {
    if (name !== undefined) value = isPlain(value) ? value[name] : undefined;
    else if (!Array.isArray(value)) return undefined;
    else if (index !== undefined) value = (value as readonly unknown[])[Number(index)];
    else value = (value as readonly unknown[]).find((each) => isPlain(each) && each[key ?? ""] === wanted);
  }
  return value;
}
