/** The columns of a file as options; `none` is what it means when none is chosen. */
export const columnOptions = (header: readonly string[], none?: string) => [
  ...(none === undefined ? [] : [{ value: "", label: none }]),
  ...header.map((name) => ({ value: name, label: name })),
];

/** The other object without what a key holds. */
export function without<Of>(of: Readonly<Record<string, Of>> | undefined, key: string): Record<string, Of> {
  const { [key]: _, ...rest } = of ?? {};
  return rest;
}
