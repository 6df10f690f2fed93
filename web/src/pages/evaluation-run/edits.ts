import type { CellEdit } from "@yunhe/evaluation";

/** Changed cells, by {@link editKey}. */
export type Edits = Readonly<Record<string, CellEdit>>;

export const editKey = ({ indicator, entity, period }: Omit<CellEdit, "value">): string =>
  `${indicator}/${entity}/${period}`;

/** The edits with one cell set to what was written; empty or the value it has takes the edit back. */
export function withEdit(edits: Edits, edit: CellEdit, now: number | null): Edits {
  const { [editKey(edit)]: _, ...rest } = edits;
  return edit.value === null || edit.value === now ? rest : { ...rest, [editKey(edit)]: edit };
}
