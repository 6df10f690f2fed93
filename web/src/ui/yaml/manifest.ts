import { LineCounter, parseDocument, stringify } from "yaml";
import { isPlain, type Path, type Plain, stepsOf } from "../form/paths.ts";

export const yamlOf = (object: unknown): string =>
  stringify(object, { lineWidth: 100, aliasDuplicateObjects: false });

export type ParsedManifest =
  | { readonly ok: true; readonly object: Plain; readonly lineOf: (field: string) => number | undefined }
  | { readonly ok: false; readonly message: string; readonly line: number | undefined };

/** YAML as one object, with the line where each field stands. */
export function parseManifest(text: string): ParsedManifest {
  const counter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: counter,
    uniqueKeys: true,
    merge: false,
    logLevel: "silent",
  });
  const [problem] = document.errors;
  if (problem)
    return { ok: false, message: problem.message.split("\n")[0] ?? "", line: problem.linePos?.[0].line };
  try {
    const object: unknown = document.toJS({ maxAliasCount: 100 });
    if (!isPlain(object)) return { ok: false, message: "", line: 1 };
    const lineOf = (field: string): number | undefined => {
      const offset = offsetOf(document, stepsOf(field));
      return offset === undefined ? undefined : counter.linePos(offset).line;
    };
    return { ok: true, object, lineOf };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error), line: undefined };
  }
}

/** Where a field begins; where it is missing, where its nearest parent begins. */
function offsetOf(document: ReturnType<typeof parseDocument>, path: Path): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    const range = isPlain(node) ? (node as { readonly range?: readonly number[] }).range : undefined;
    if (range?.[0] !== undefined) return range[0];
  }
  return undefined;
}
