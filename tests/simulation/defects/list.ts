import { type AnyStored, ApiError, type Change, keyOfKind, type Lease, words } from "@yunhe/kernel";
import {
  type Attempt,
  attemptKind,
  type Queue,
  queueKind,
  type Task,
  taskKind,
  type UsageRecord,
} from "@yunhe/domain-compute";
import { held } from "../../../domains/compute/src/metering/chain.ts";
import {
  absentUnlessKnown,
  emptyList,
  failedUnlessKnown,
  forgetsOnce,
  mixedUp,
  refusesWhenSilent,
  shortLabels,
  silentCancel,
  startsEarly,
} from "./driver.ts";
import type { Hooks } from "./hooks.ts";
import { committing, endingAttempt, isOf, isRecord, redrafting, retelling } from "./objects.ts";
import { hearing, overwriting, rewriting, storeWith } from "./store.ts";
import { newerFieldOf, withoutNewerField } from "../world/versions.ts";

export interface Defect {
  readonly id: string;
  readonly words: string;
  readonly hooks: Hooks;
}

const attempts = keyOfKind(attemptKind);
const isEnd = (change: Change): boolean =>
  change.key.kind === attempts && (JSON.parse(change.json) as Attempt).status?.phase === "Ended";

const asEnded = (change: Change): Change => {
  if (change.key.kind !== attempts || change.type === "DELETED") return change;
  const attempt = JSON.parse(change.json) as Attempt;
  if (attempt.spec.end === undefined) return change;
  return { ...change, json: JSON.stringify({ ...attempt, status: { ...attempt.status, phase: "Ended" } }) };
};

const withoutJurisdiction = (change: Change): Change => {
  if (change.key.kind !== keyOfKind(taskKind)) return change;
  const task = JSON.parse(change.json) as Task;
  const placement = { ...task.spec.placement, jurisdictions: [] };
  return { ...change, json: JSON.stringify({ ...task, spec: { ...task.spec, placement } }) };
};

const withoutQuota = (change: Change): Change => {
  if (change.key.kind !== keyOfKind(queueKind)) return change;
  const queue = JSON.parse(change.json) as Queue;
  return { ...change, json: JSON.stringify({ ...queue, spec: { ...queue.spec, quota: { devices: {} } } }) };
};

/** Deliberate defects, each modelled on a failure that the field has had. The simulator must find every one. */
export const defects: readonly Defect[] = [
  // What a driver may get wrong.
  {
    id: "submit-without-looking",
    words: "a lost reply is followed by a second job",
    hooks: { driverDefects: { submitsBlindly: true } },
  },
  {
    id: "queue-list-only",
    words: "a job that left the queue list counts as lost",
    hooks: { driverDefects: { readsQueueListOnly: true } },
  },
  {
    id: "first-run-is-the-end",
    words: "a requeued job counts as ended",
    hooks: { driverDefects: { reportsFirstRun: true } },
  },
  {
    id: "found-by-name",
    words: "jobs are known by project, task and number",
    hooks: { driverDefects: { namesByTitle: true } },
  },
  {
    id: "process-id-alone",
    words: "a process is known by its id, which is used again",
    hooks: { driverDefects: { ignoresStartTime: true } },
  },
  {
    id: "unknown-is-failed",
    words: "a state that cannot be read counts as failed",
    hooks: { driver: failedUnlessKnown },
  },
  {
    id: "unknown-is-absent",
    words: "a state that cannot be read counts as gone",
    hooks: { driver: absentUnlessKnown },
  },
  { id: "answers-mixed-up", words: "answers are paired with questions by order", hooks: { driver: mixedUp } },
  { id: "cancel-not-sent", words: "the engine is never told to cancel", hooks: { driver: silentCancel } },
  {
    id: "orphans-not-listed",
    words: "jobs that nobody wants any more are not found",
    hooks: { driver: emptyList },
  },
  {
    id: "label-cut-short",
    words: "the owner label has room for half the id",
    hooks: { driver: shortLabels },
  },
  { id: "forget-fails-when-gone", words: "freeing what is gone is an error", hooks: { driver: forgetsOnce } },
  {
    id: "no-answer-is-refusal",
    words: "a submission without answer counts as refused",
    hooks: { driver: refusesWhenSilent },
  },
  {
    id: "queue-time-is-billed",
    words: "a job counts as running from its submission",
    hooks: { driver: startsEarly },
  },
  // What a store or its adapter may get wrong.
  {
    id: "no-fencing",
    words: "writes of a former leader are taken",
    hooks: { store: rewriting(({ fence: _none, ...rest }) => rest) },
  },
  {
    id: "no-idempotency-key",
    words: "a retried request is a new request",
    hooks: { store: rewriting(({ idempotency: _none, ...rest }) => rest) },
  },
  {
    id: "no-guard",
    words: "permission is asked before, not at the commit",
    hooks: { store: rewriting(({ guard: _none, ...rest }) => rest) },
  },
  { id: "last-writer-wins", words: "a stale write overwrites", hooks: { store: overwriting } },
  { id: "torn-group", words: "a crash keeps half of a group", hooks: { disk: { tearsGroups: true } } },
  {
    id: "fsync-tried-again",
    words: "a failed fsync counts as a full disk",
    hooks: { disk: { forgivesFsync: true } },
  },
  {
    id: "answered-before-fsync",
    words: "a commit is acknowledged when it is in memory",
    hooks: { disk: { answersBeforeFsync: true } },
  },
  {
    id: "audit-entry-missing",
    words: "some deletions leave no audit entry",
    hooks: {
      disk: {
        rewritesGroup: (group) => ({
          ...group,
          audit: group.audit.filter(
            ({ after }) => group.rows.find(({ revision }) => revision === after)?.type !== "DELETED",
          ),
        }),
      },
    },
  },
  {
    id: "lost-watch-event",
    words: "one change in fifty is never heard of",
    hooks: { store: hearing((change, { chance }) => (chance.is(0.02) ? undefined : change)) },
  },
  {
    id: "reads-a-stale-cache",
    words: "reads come from a cache that lags behind own writes",
    hooks: {
      store: (store, { chance }) =>
        storeWith(store, {
          async get(key) {
            const now = await store.get(key);
            const before =
              now && chance.is(0.1)
                ? (await store.changes(store.compactedRevision(), 1e6)).findLast(
                    (change) =>
                      change.key.kind === key.kind &&
                      change.key.name === key.name &&
                      change.uid === now.uid &&
                      change.revision < now.revision,
                  )
                : undefined;
            return before ?? now;
          },
        }),
    },
  },
  {
    id: "leads-before-seeing",
    words: "a new leader starts before it has seen what the last one did",
    hooks: { leadsBeforeSeeing: true },
  },
  {
    id: "two-schedulers",
    words: "everybody gets the lease",
    hooks: {
      store: (store) =>
        storeWith(store, {
          acquireLease: async ({ name, holder, ttlMs, nowMs }): Promise<Lease> => ({
            name,
            holder,
            epoch: 1,
            expiresMs: nowMs + ttlMs,
          }),
          releaseLease: async () => {},
          commit: ({ fence: _none, ...rest }) => store.commit(rest),
        }),
    },
  },
  // What a version may get wrong beside another one.
  {
    id: "older-drops-new-fields",
    words: "an older version writes back what it read without the fields that it does not know",
    hooks: {
      objects: (objects, { isNewer }) => (isNewer ? objects : retelling(withoutNewerField)(objects)),
    },
  },
  {
    id: "older-refuses-new-fields",
    words: "an older version refuses to write an object that has a field which it does not know",
    hooks: {
      objects: (objects, { isNewer }) =>
        isNewer
          ? objects
          : retelling((status, task) => {
              if (newerFieldOf(task) === undefined) return status;
              throw new ApiError("Invalid", words("unknown field", "未知字段"));
            })(objects),
    },
  },
  // What a view may get wrong.
  {
    id: "reservation-not-released",
    words: "what ended attempts held stays taken",
    hooks: { views: hearing((change) => (isEnd(change) ? undefined : change)) },
  },
  {
    id: "released-at-cancel",
    words: "what an attempt holds is free as soon as it shall end",
    hooks: { views: hearing(asEnded) },
  },
  {
    id: "quota-not-known",
    words: "placement does not know of quotas",
    hooks: { views: hearing(withoutQuota) },
  },
  {
    id: "jurisdiction-not-known",
    words: "placement does not know where a task must stay",
    hooks: { views: hearing(withoutJurisdiction) },
  },
  // What a reconciler may get wrong.
  {
    id: "gang-in-pieces",
    words: "the members of a gang are placed one by one",
    hooks: {
      objects: committing(async (commit, drafts, options) => {
        if (options.verb !== "place" || drafts.length <= 2) return commit(drafts, options);
        const stored: AnyStored[] = [];
        for (let at = 0; at < drafts.length; at += 2)
          stored.push(...(await commit(drafts.slice(at, at + 2), options)));
        return stored;
      }),
    },
  },
  {
    id: "array-not-asked",
    words: "a member is placed whatever has become of its array",
    hooks: {
      objects: committing((commit, drafts, options) => {
        if (options.verb !== "place") return commit(drafts, options);
        const checks = options.checks?.filter(({ key }) => key.kind !== keyOfKind(taskKind));
        return commit(drafts, { ...options, checks: checks ?? [] });
      }),
    },
  },
  {
    id: "status-before-settlement",
    words: "an end is recorded first and settled after",
    hooks: {
      objects: committing(async (commit, drafts, options) => {
        const first = drafts.findIndex((draft) => endingAttempt(draft) !== undefined);
        if (first < 0 || drafts.length === 1) return commit(drafts, options);
        const ended = await commit([drafts[first]!], options);
        return [...ended, ...(await commit(drafts.toSpliced(first, 1), options))];
      }),
    },
  },
  {
    id: "settled-before-status",
    words: "the task is settled before its attempt",
    hooks: {
      objects: committing(async (commit, drafts, options) => {
        if (!drafts.some((draft) => endingAttempt(draft) !== undefined)) return commit(drafts, options);
        const stored: AnyStored[] = [];
        for (const draft of drafts.toReversed()) stored.unshift(...(await commit([draft], options)));
        return stored;
      }),
    },
  },
  {
    id: "usage-not-written",
    words: "no usage record is written",
    hooks: { objects: redrafting((draft) => (isRecord(draft) ? undefined : draft)) },
  },
  {
    id: "usage-written-twice",
    words: "a usage record is written a second time under another name",
    hooks: {
      objects: committing((commit, drafts, options) =>
        commit(
          drafts.flatMap((draft) =>
            isRecord(draft) && draft.type === "create"
              ? [
                  draft,
                  {
                    ...draft,
                    object: {
                      ...draft.object,
                      metadata: { ...draft.object.metadata, name: `${draft.object.metadata.name}-again` },
                    },
                  },
                ]
              : [draft],
          ),
          options,
        ),
      ),
    },
  },
  {
    id: "billed-until-noticed",
    words: "time is charged until the control plane has noticed the end",
    hooks: {
      objects: redrafting((draft) => {
        if (!isRecord(draft) || draft.type !== "create") return draft;
        const spec = draft.object["spec"] as UsageRecord["spec"];
        if (!spec.final || spec.endMs === spec.startMs) return draft;
        const endMs = spec.endMs + 6000;
        return {
          ...draft,
          object: {
            ...draft.object,
            spec: { ...spec, endMs, grantedAmounts: held(spec.granted, endMs - spec.startMs) },
          },
        };
      }),
    },
  },
  {
    id: "failures-not-counted",
    words: "a failure uses up no retry",
    hooks: { objects: retelling((status) => ({ ...status, countedFailures: 0 })) },
  },
  {
    id: "failures-counted-twice",
    words: "a failure uses up two retries",
    hooks: { objects: retelling((status) => ({ ...status, countedFailures: status.countedFailures * 2 })) },
  },
  {
    id: "finaliser-stays",
    words: "the finaliser of a deleted attempt is never taken off",
    hooks: {
      objects: redrafting((draft) =>
        isOf(draft, attemptKind) &&
        draft.type === "update" &&
        draft.object.metadata.deletionTimestamp !== undefined
          ? undefined
          : draft,
      ),
    },
  },
  {
    id: "cancel-not-passed-on",
    words: "a cancelled task does not tell its attempt",
    hooks: {
      objects: redrafting((draft) => {
        if (!isOf(draft, attemptKind) || draft.type !== "update") return draft;
        const attempt = draft.object as unknown as Attempt;
        return attempt.spec.end === "cancelled" && attempt.status?.phase !== "Ended" ? undefined : draft;
      }),
    },
  },
  {
    id: "never-looks-again",
    words: "nothing is looked at again unless it changes",
    hooks: {
      reconcilers: (all) =>
        all.map((each) => ({
          ...each,
          reconcile: async (key, context) => void (await each.reconcile(key, context)),
        })),
    },
  },
  {
    id: "errors-swallowed",
    words: "what fails is not tried again",
    hooks: {
      reconcilers: (all) =>
        all.map((each) => ({
          ...each,
          reconcile: (key, context) => Promise.resolve(each.reconcile(key, context)).catch(() => undefined),
        })),
    },
  },
];
