import { z } from "zod";
import { originSchema } from "../specification/schema.ts";
import { EvaluationError } from "../specification/types.ts";
import { readYaml, schemaFindings } from "../specification/parse.ts";
import { numberFormsSchema } from "./number-forms.ts";
import type { TableMapping } from "./read-table.ts";

const header = z.string().min(1);

/** A mapping as a file: which columns of a table mean what. */
export const tableMappingSchema = z.strictObject({
  entity: header,
  period: z.union([z.strictObject({ column: header }), z.strictObject({ fixed: header })]),
  indicators: z.record(header, z.string()).optional(),
  long: z
    .strictObject({
      indicator: header,
      value: header,
      unit: header.optional(),
      ignored: z.array(header).optional(),
    })
    .optional(),
  group: header.optional(),
  label: z.strictObject({ en: header.optional(), zh: header.optional() }).optional(),
  kind: z.string().min(1),
  origin: originSchema,
  memberOf: z.strictObject({ kind: z.string(), column: header }).optional(),
  originColumns: z
    .partialRecord(z.enum(["publisher", "edition", "page", "status", "licence", "url", "note"]), header)
    .optional(),
  numbers: numberFormsSchema.optional(),
});

/** Reads a mapping from YAML or JSON text, or from an object. @throws EvaluationError with every fault */
export function parseMapping(source: string | object, file?: string): TableMapping {
  const parsed = tableMappingSchema.safeParse(typeof source === "string" ? readYaml(source, file) : source);
  if (!parsed.success) throw new EvaluationError(schemaFindings("mapping", parsed.error, file));
  return JSON.parse(JSON.stringify(parsed.data)) as TableMapping;
}
