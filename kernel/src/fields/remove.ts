import { isDeepStrictEqual } from "node:util";
import { isRecord } from "../validation/paths.ts";
import type { FieldPath } from "./field-set.ts";

/** Takes one owned field out of an object, and parents that this leaves empty, except the top-level field itself. */
export function removeField(root: unknown, path: FieldPath): void {
  const parents: unknown[] = [];
  let node = root;
  for (const step of path) {
    parents.push(node);
    node = child(node, step);
    if (node === undefined) return;
  }
  for (let depth = path.length - 1; depth >= 1; depth -= 1) {
    const parent = parents[depth];
    removeChild(parent, path[depth]!);
    if (depth === 1 || !isEmpty(parent)) return;
  }
}

const isEmpty = (value: unknown): boolean =>
  Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0;

function child(node: unknown, step: string): unknown {
  if (step.startsWith("f:")) return isRecord(node) ? node[step.slice(2)] : undefined;
  return Array.isArray(node) ? node[indexOf(node, step)] : undefined;
}

function removeChild(node: unknown, step: string): void {
  if (step.startsWith("f:") && isRecord(node)) delete node[step.slice(2)];
  else if (Array.isArray(node)) node.splice(indexOf(node, step), 1);
}

/** Throws SyntaxError only on a step that {@link memberStep} did not make. */
function indexOf(list: readonly unknown[], step: string): number {
  const wanted: unknown = JSON.parse(step.slice(2));
  return list.findIndex((member) => {
    if (step.startsWith("v:")) return isDeepStrictEqual(member, wanted);
    if (!isRecord(member) || !isRecord(wanted)) return false;
    return Object.entries(wanted).every(([name, value]) => isDeepStrictEqual(member[name] ?? null, value));
  });
}
