import { z } from "zod";
import type { Condition } from "./resource.ts";
import { field } from "./kind.ts";
import type { Words } from "./words.ts";

/** The condition list that a status carries; merged by type in server-side apply. */
export const conditions = field(
  z
    .array(
      z.strictObject({
        type: z.string(),
        status: z.enum(["True", "False", "Unknown"]),
        reason: z.string(),
        message: z.string(),
        messageZh: z.string().optional(),
        lastTransitionTime: z.string(),
        observedGeneration: z.int().optional(),
      }),
    )
    .optional(),
  {
    en: "What is known of this object's state, each with reason and message.",
    zh: "该对象的状态条件，各附原因与说明。",
  },
);

/** Conditions as a status holds them. */
export type StoredConditions = Readonly<z.output<typeof conditions>>;

/** A condition, with the time of its last change kept while its state and reason stay. */
export function condition(
  before: StoredConditions,
  type: string,
  status: Condition["status"],
  reason: string,
  message: Words,
  now: string,
): Condition {
  const same = before?.find((each) => each.type === type && each.status === status && each.reason === reason);
  return {
    type,
    status,
    reason,
    message: message.en,
    messageZh: message.zh,
    lastTransitionTime: same?.lastTransitionTime ?? now,
  };
}

/** The list with these in it: one of a type takes the place of the one before, `undefined` removes it. */
export function withConditions(
  before: StoredConditions,
  changes: Readonly<Record<string, Condition | undefined>>,
): Condition[] {
  const kept = ((before ?? []) as readonly Condition[]).filter(({ type }) => !(type in changes));
  return [...kept, ...Object.values(changes).filter((each) => each !== undefined)].toSorted((a, b) =>
    a.type < b.type ? -1 : 1,
  );
}
