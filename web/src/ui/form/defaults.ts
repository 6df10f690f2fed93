import type { JsonSchema } from "@yunhe/client";
import { isPlain, type Plain } from "./paths.ts";

/** An object without what its schema would fill in anyway: what people would have written. */
export function withoutDefaults(object: Plain, schema: JsonSchema | undefined): Plain {
  const entries = Object.entries(object).flatMap(([name, value]) => {
    const part = schema?.properties?.[name];
    const kept = isPlain(value) ? withoutDefaults(value, part) : value;
    const isDefault = part?.default !== undefined && JSON.stringify(kept) === JSON.stringify(part.default);
    return isDefault || (isPlain(kept) && Object.keys(kept).length === 0) ? [] : [[name, kept] as const];
  });
  return Object.fromEntries(entries);
}
