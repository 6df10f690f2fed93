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

/** What stands at a path, or undefined; never follows the prototype chain. */
export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}

/** Splits a kind's own dotted path (`.status.phase`, `spec.after[0]`) into its steps. */
export function pathSteps(text: string): readonly (string | number)[] {
  const steps: (string | number)[] = [];
  for (const match of text.matchAll(/\[(\d+)\]|\[([^\]]+)\]|([^.[\]]+)/g)) {
    steps.push(match[1] === undefined ? (match[2] ?? match[3] ?? "") : Number(match[1]));
  }
  return steps;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
