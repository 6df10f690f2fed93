import { type Change, keyOfKind, keyText, type ObjectKey, sharedObject } from "@yunhe/kernel";
import { arrayIndex, arrayLabel } from "../attempts/job.ts";
import { attemptKind } from "../kinds/attempt.ts";
import { taskKind } from "../kinds/task.ts";
import { statusOf } from "./state.ts";

/** One member of an array, as much of it as the array's own status needs. */
export interface Member {
  readonly key: ObjectKey;
  readonly index: number;
  readonly phase: ReturnType<typeof statusOf>["phase"];
  readonly cancelled: boolean;
  readonly deleting: boolean;
}

/** Who belongs to whom, kept up to date from the store's changes: names only, no objects. */
export interface TaskIndex {
  apply(change: Change): void;
  /** Tasks that wait for this one. */
  dependents(task: ObjectKey): readonly ObjectKey[];
  attempts(task: ObjectKey): readonly ObjectKey[];
  members(array: ObjectKey): ReadonlyMap<number, Member>;
}

export function taskIndex(): TaskIndex {
  const dependents = new Map<string, Map<string, ObjectKey>>();
  const attempts = new Map<string, Map<string, ObjectKey>>();
  const members = new Map<string, Map<number, Member>>();
  const tasks = keyOfKind(taskKind);

  const taskChanged = (change: Change): void => {
    const task = sharedObject<typeof taskKind>(change);
    const gone = change.type === "DELETED";
    for (const name of task.spec.after ?? []) {
      put(dependents, keyText({ ...change.key, name }), keyText(change.key), gone ? undefined : change.key);
    }
    const array = task.metadata.labels?.[arrayLabel];
    const index = arrayIndex(task);
    if (array === undefined || index === undefined) return;
    const member = {
      key: change.key,
      index,
      phase: statusOf(task).phase,
      cancelled: task.spec.cancelled,
      deleting: task.metadata.deletionTimestamp !== undefined,
    };
    put(members, keyText({ ...change.key, name: array }), index, gone ? undefined : member);
  };

  const attemptChanged = (change: Change): void => {
    if (change.type === "MODIFIED") return;
    const { spec } = sharedObject<typeof attemptKind>(change);
    const owner = { kind: tasks, namespace: change.key.namespace, name: spec.task };
    put(attempts, keyText(owner), keyText(change.key), change.type === "DELETED" ? undefined : change.key);
  };

  return {
    apply(change) {
      if (change.key.kind === tasks) taskChanged(change);
      else if (change.key.kind === keyOfKind(attemptKind)) attemptChanged(change);
    },
    dependents: (task) => [...(dependents.get(keyText(task))?.values() ?? [])],
    attempts: (task) => [...(attempts.get(keyText(task))?.values() ?? [])],
    members: (array) => members.get(keyText(array)) ?? new Map<number, Member>(),
  };
}

/** Sets or, with undefined, removes an entry of a map of maps; empty inner maps go. */
function put<Key, Value>(
  outer: Map<string, Map<Key, Value>>,
  at: string,
  key: Key,
  value: Value | undefined,
): void {
  const inner = outer.get(at) ?? new Map<Key, Value>();
  if (value === undefined) inner.delete(key);
  else inner.set(key, value);
  if (inner.size === 0) outer.delete(at);
  else outer.set(at, inner);
}
