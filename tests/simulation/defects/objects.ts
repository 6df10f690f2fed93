import { type AnyStored, type CommitOptions, type Draft, keyOfKind, type Objects } from "@yunhe/kernel";
import { type Attempt, attemptKind, type Task, taskKind, usageRecordKind } from "@yunhe/domain-compute";

type Commit = (drafts: readonly Draft[], options: CommitOptions) => Promise<readonly AnyStored[]>;

export const committing =
  (
    change: (
      commit: Commit,
      drafts: readonly Draft[],
      options: CommitOptions,
    ) => Promise<readonly AnyStored[]>,
  ) =>
  (objects: Objects): Objects => ({
    get: (kind, namespace, name) => objects.get(kind, namespace, name),
    list: (kind, namespace) => objects.list(kind, namespace),
    commit: (drafts, options) => change((some, how) => objects.commit(some, how), drafts, options),
  });

/** Each draft is changed on its way; undefined leaves it out. */
export const redrafting = (change: (draft: Draft) => Draft | undefined) =>
  committing((commit, drafts, options) =>
    commit(
      drafts.flatMap((draft) => change(draft) ?? []),
      options,
    ),
  );

export const isOf = (draft: Draft, kind: { readonly group: string; readonly plural: string }): boolean =>
  keyOfKind(draft.kind) === keyOfKind(kind);

export const isRecord = (draft: Draft): boolean => isOf(draft, usageRecordKind);

/** The attempt as this draft would leave it, when it ends it. */
export function endingAttempt(draft: Draft): Attempt | undefined {
  if (!isOf(draft, attemptKind) || draft.type !== "update") return undefined;
  const attempt = draft.object as unknown as Attempt;
  return attempt.status?.phase === "Ended" && attempt.metadata.deletionTimestamp === undefined
    ? attempt
    : undefined;
}

/** A change of a task's status on its way. */
export const retelling = (
  change: (status: NonNullable<Task["status"]>, task: Task) => NonNullable<Task["status"]>,
) =>
  redrafting((draft) => {
    if (!isOf(draft, taskKind) || draft.type !== "update" || draft.subresource !== "status") return draft;
    const task = draft.object as unknown as Task;
    if (task.status === undefined) return draft;
    return { ...draft, object: { ...task, status: change(task.status, task) } as unknown as AnyStored };
  });
