import { type AnyStored, keyOfKind } from "@yunhe/kernel";
import { type Attempt, attemptKind, taskKind, type UsageRecord } from "@yunhe/domain-compute";
import { held } from "../../../domains/compute/src/metering/chain.ts";
import { committing, endingAttempt, isOf, isRecord, redrafting, retelling } from "./objects.ts";
import type { Defect } from "./hooks.ts";

/** What a reconciler may get wrong. */
export const reconcilerDefects: readonly Defect[] = [
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
