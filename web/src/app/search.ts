type Search = Readonly<Record<string, unknown>>;

/** One text of an address; numbers and flags are texts too there. Undefined when it is absent. */
export function searchText(search: Search, name: string): string | undefined {
  const value = search[name];
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
}

/** The named texts that are there. */
export function searchTexts<Name extends string>(
  search: Search,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const found: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const text = searchText(search, name);
    if (text !== undefined) found[name] = text;
  }
  return found;
}
