import type { Condition, Words } from "@yunhe/kernel";
import type { PoolStatus } from "../kinds/pool.ts";

/** Conditions as a status of this domain holds them. */
export type StoredConditions = PoolStatus["conditions"];

/** A condition, with the time of its last change kept while its state stays. */
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
  const kept = ((before ?? []) as Condition[]).filter(({ type }) => !(type in changes));
  return [...kept, ...Object.values(changes).filter((each) => each !== undefined)].toSorted((a, b) =>
    a.type < b.type ? -1 : 1,
  );
}
