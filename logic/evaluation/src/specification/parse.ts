import { parseDocument } from "yaml";
import type { z } from "zod";
import { checkSpecification } from "./check.ts";
import { specificationSchema, type Specification } from "./schema.ts";
import { errorFinding, EvaluationError, type Finding } from "./types.ts";

/**
 * Reads a specification from YAML or JSON text, or from an object.
 * @throws EvaluationError naming every problem: syntax with row and column, schema with its path, logic with its index.
 */
export function parseSpecification(source: string | object, file?: string): Specification {
  const specification = readSpecification(source, file);
  const errors = checkSpecification(specification).filter((finding) => finding.level === "error");
  if (errors.length > 0) throw new EvaluationError(errors);
  return specification;
}

/** Shape only; `checkSpecification` looks at the meaning. */
export function readSpecification(source: string | object, file?: string): Specification {
  const document = typeof source === "string" ? readYaml(source, file) : source;
  const parsed = specificationSchema.safeParse(document);
  if (!parsed.success) throw new EvaluationError(schemaFindings("specification", parsed.error, file));
  return parsed.data;
}

/** @throws EvaluationError naming row and column of every fault of syntax */
export function readYaml(text: string, file?: string): unknown {
  const document = parseDocument(text.replace(/^\uFEFF/, ""), { prettyErrors: true, uniqueKeys: true });
  if (document.errors.length > 0) {
    throw new EvaluationError(
      document.errors.map((error) => {
        const [start] = error.linePos ?? [];
        const place = { file, row: start?.line, column: start === undefined ? undefined : String(start.col) };
        const what = error.message.split("\n")[0] ?? "";
        return errorFinding(
          "specification-syntax",
          place,
          `The specification cannot be read: ${what}`,
          `无法读取规范文件：${what}`,
        );
      }),
    );
  }
  return document.toJS({ maxAliasCount: 1000 });
}

/** One finding per zod issue, with its path. */
export function schemaFindings(what: string, error: z.ZodError, file?: string): Finding[] {
  return error.issues.map((issue) => {
    const path = issue.path
      .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
      .join("")
      .replace(/^\./, "");
    return errorFinding(
      `${what}-shape`,
      { file, path },
      `${path === "" ? what : path}: ${issue.message}. Correct this entry of the ${what}.`,
      `${path === "" ? what : path}：不符合格式（${issue.message}）。请更正该条目。`,
    );
  });
}
