/**
 * Sets of field paths in the FieldsV1 notation of server-side apply
 * (https://github.com/kubernetes-sigs/structured-merge-diff): `f:name` a field, `k:{"name":"a"}` an item of a list
 * with keys, `v:"x"` a member of a list that is a set, `.` the parent itself.
 */
export type FieldPath = readonly string[];

/** Field paths by their {@link pathKey}. */
export type FieldSet = Map<string, FieldPath>;

const separator = "\u0000";

export const pathKey = (path: FieldPath): string => path.join(separator);

/** Whether `inner` lies strictly below `outer`; both are keys. */
export const isBelow = (inner: string, outer: string): boolean => inner.startsWith(outer + separator);

type Tree = { [step: string]: Tree };

export function encodeFields(set: FieldSet): Record<string, unknown> {
  const root: Tree = {};
  const members = new Set<Tree>();
  for (const path of set.values()) {
    let node = root;
    for (const step of path) node = Object.hasOwn(node, step) ? node[step]! : define(node, step);
    members.add(node);
  }
  for (const node of members) if (Object.keys(node).length > 0) define(node, ".");
  return root;
}

/** Also for `f:__proto__`, which an assignment would take for the prototype. */
function define(node: Tree, step: string): Tree {
  const child: Tree = {};
  Object.defineProperty(node, step, { value: child, enumerable: true, configurable: true, writable: true });
  return child;
}

/** Reads FieldsV1; what does not look like it is left out. */
export function decodeFields(tree: unknown): FieldSet {
  const set: FieldSet = new Map();
  collect(tree, [], set);
  return set;
}

function collect(tree: unknown, path: FieldPath, set: FieldSet): void {
  if (typeof tree !== "object" || tree === null) return;
  const children = Object.entries(tree);
  if (path.length > 0 && (children.length === 0 || Object.hasOwn(tree, "."))) set.set(pathKey(path), path);
  for (const [step, child] of children) if (step !== ".") collect(child, [...path, step], set);
}

/** `.spec.volumes[name="data"].path`, as Kubernetes shows a field in a conflict. */
export function showPath(path: FieldPath): string {
  return path.map(showStep).join("");
}

function showStep(step: string): string {
  const body = step.slice(2);
  if (step.startsWith("f:")) return `.${body}`;
  if (step.startsWith("v:")) return `[=${body}]`;
  const keys = Object.entries(JSON.parse(body) as Record<string, unknown>);
  return `[${keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(",")}]`;
}
