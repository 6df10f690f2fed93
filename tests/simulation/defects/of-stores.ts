import type { Lease } from "@yunhe/kernel";
import { hearing, overwriting, rewriting, storeWith } from "./store.ts";
import type { Defect } from "./hooks.ts";

/** What a store or its adapter may get wrong. */
export const storeDefects: readonly Defect[] = [
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
];
