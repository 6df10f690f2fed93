/** Steps into an object: names of fields and positions in lists. */
export type Path = readonly (string | number)[];

export type Plain = Readonly<Record<string, unknown>>;

export const isPlain = (value: unknown): value is Plain =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `spec.inputs[0].path` as steps, as the server names fields in its refusals. */
export function stepsOf(field: string): Path {
  return [...field.matchAll(/\[(\d+)\]|\["([^"]*)"\]|([^.[\]]+)/g)].map(([, index, quoted, name]) =>
    index === undefined ? (quoted ?? name ?? "") : Number(index),
  );
}

/** The other way round. */
export const fieldOf = (path: Path): string =>
  path.map((step, at) => (typeof step === "number" ? `[${step}]` : at === 0 ? step : `.${step}`)).join("");

export function valueAt(object: unknown, path: Path): unknown {
  let value: unknown = object;
  for (const step of path) {
    if (Array.isArray(value) && typeof step === "number") value = (value as readonly unknown[])[step];
    else if (isPlain(value)) value = value[String(step)];
    else return undefined;
  }
  return value;
}

/** The object with one value changed; undefined takes it out. Makes what is missing on the way. */
export function withValueAt(object: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === "number") {
    const list = Array.isArray(object) ? [...(object as readonly unknown[])] : [];
    if (value === undefined && rest.length === 0) list.splice(step, 1);
    else list[step] = withValueAt(list[step], rest, value);
    return list;
  }
  const { [step]: before, ...others } = isPlain(object) ? object : {};
  const next = withValueAt(before, rest, value);
  // Keeps the order of the fields that stay.
  if (next === undefined) return others;
  return isPlain(object) ? { ...object, [step]: next } : { [step]: next };
}
