/** What a figure covers, taken apart: "China, public+private (CAICT)". */
export interface Scope {
  /** First words: "china", "global". Lower case, as all parts. */
  readonly place: string;
  /** Further restrictions: "public". */
  readonly restrictions: readonly string[];
  /** Segments that the scope says it adds up: "public", "private". */
  readonly segments: readonly string[];
  /** Whose definition: "caict", "gartner". */
  readonly definer: string;
}

export function parseScope(text: string): Scope {
  const lower = text.normalize("NFKC").toLowerCase();
  const definer = /\(([^)]*)\)/u.exec(lower)?.[1]?.trim() ?? "";
  const parts = lower
    .replaceAll(/\([^)]*\)/gu, "")
    .split(/[,、;]/u)
    .map((part) => part.trim());
  const segments =
    parts
      .find((part) => part.includes("+"))
      ?.split("+")
      .map((part) => part.trim()) ?? [];
  const [place = "", ...restrictions] = parts.filter((part) => !part.includes("+") && part !== "");
  return {
    place: place.replace(/^全球$/u, "global").replace(/^中国$/u, "china"),
    restrictions,
    segments,
    definer,
  };
}

/** Same place and restrictions; segments and definer may be left unsaid on one side. */
export function compatible(a: Scope, b: Scope): boolean {
  const agree = (x: string, y: string) => x === "" || y === "" || x === y;
  return (
    a.place === b.place &&
    a.restrictions.join() === b.restrictions.join() &&
    agree(a.segments.join("+"), b.segments.join("+")) &&
    agree(a.definer, b.definer)
  );
}
