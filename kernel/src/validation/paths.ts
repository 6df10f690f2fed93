/** Dotted paths as people read them in errors: `spec.after[0].name`, `metadata.labels[team/owner]`. */
export function pathText(path: readonly PropertyKey[]): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (/^[A-Za-z_][\w-]*$/.test(String(step))) text += text === "" ? String(step) : `.${String(step)}`;
    else text += `[${String(step)}]`;
  }
  return text;
}

/** The first item of a list whose field has this value: `[?(@.type=="Ready")]`. */
export interface ItemFilter {
  readonly field: string;
  readonly equals: string;
}

export type PathStep = PropertyKey | ItemFilter;

/** What stands at a path, or undefined; never follows the prototype chain. */
export function valueAt(root: unknown, path: readonly PathStep[]): unknown {
  let value = root;
  for (const step of path) {
    if (typeof step === "object") {
      value = itemWhere(value, step);
      continue;
    }
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}

const itemWhere = (list: unknown, { field, equals }: ItemFilter): unknown =>
  Array.isArray(list)
    ? list.find((item) => isRecord(item) && Object.hasOwn(item, field) && item[field] === equals)
    : undefined;

const known = new Map<string, readonly PathStep[]>();

/** The steps of a path that a kind gives: there are few of them, and they are asked for with every write. */
export function stepsOfKind(path: string): readonly PathStep[] {
  const steps = known.get(path) ?? pathSteps(path);
  known.set(path, steps);
  return steps;
}

/** Splits a dotted path (`.status.phase`, `spec.after[0]`, `conditions[?(@.type=="Ready")]`) into its steps. */
export function pathSteps(text: string): readonly PathStep[] {
  const steps: PathStep[] = [];
  for (const match of text.matchAll(/\[\?\(@\.(\w+)=="([^"]*)"\)\]|\[(\d+)\]|\[([^\]]+)\]|([^.[\]]+)/g)) {
    const [, field, equals = "", index, key, name] = match;
    if (field !== undefined) steps.push({ field, equals });
    else steps.push(index === undefined ? (key ?? name ?? "") : Number(index));
  }
  return steps;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
