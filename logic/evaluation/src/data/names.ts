import type { Text } from "../specification/types.ts";
import { similarity } from "../tabular/mapping.ts";

/** Names that differ by more than form (case, width, brackets, 省 and 市) are not taken for the same. */
const SAME = 0.95;

/** The id that a name in a file means: the id itself, or the one label that is the same but for form. */
export function matchName(
  name: string,
  targets: readonly { readonly id: string; readonly label: Text }[],
): string | undefined {
  if (targets.some((target) => target.id === name)) return name;
  const same = targets.filter(({ id, label }) =>
    [id, label.en, label.zh].some((text) => similarity(name, text) >= SAME),
  );
  return same.length === 1 ? same[0]!.id : undefined;
}
