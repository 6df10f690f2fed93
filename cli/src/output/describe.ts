/** An object as indented lines for reading: names as they stand, lists and objects below one another. */
export function describeLines(value: unknown, depth = 0): string[] {
  const indent = "  ".repeat(depth);
  if (Array.isArray(value)) return value.flatMap((each) => listItem(each, depth));
  if (value === null || typeof value !== "object") return [`${indent}${String(value)}`];
  return Object.entries(value).flatMap(([name, inner]) => {
    if (isEmpty(inner) || name === "managedFields") return [];
    if (inner === null || typeof inner !== "object") return [`${indent}${name}: ${String(inner)}`];
    return [`${indent}${name}:`, ...describeLines(inner, depth + 1)];
  });
}

function listItem(each: unknown, depth: number): string[] {
  const [first = "", ...rest] = describeLines(each, depth + 1);
  return [`${"  ".repeat(depth)}- ${first.trimStart()}`, ...rest];
}

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === "" ||
  (typeof value === "object" && value !== null && Object.keys(value).length === 0);
