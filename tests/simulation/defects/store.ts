import { ApiError, type Change, type Store, type Transaction } from "@yunhe/kernel";
import type { HookContext } from "./hooks.ts";

/** The same store with some of its functions replaced. */
export const storeWith = (store: Store, replaced: Partial<Store>): Store =>
  new Proxy(store, {
    get: (target, name) => {
      const own = Reflect.get(replaced, name) as unknown;
      if (own !== undefined) return own;
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === "function" ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });

/** Every transaction is changed on its way. */
export const rewriting =
  (rewrite: (transaction: Transaction) => Transaction) =>
  (store: Store): Store =>
    storeWith(store, { commit: (transaction) => store.commit(rewrite(transaction)) });

/** A listener hears only what this lets through. */
export const hearing =
  (filter: (change: Change, context: HookContext) => Change | undefined) =>
  (store: Store, context: HookContext): Store =>
    storeWith(store, {
      subscribe: (listener) =>
        store.subscribe((changes) => {
          const heard = changes.flatMap((change) => filter(change, context) ?? []);
          if (heard.length > 0) listener(heard);
        }),
    });

/** A stale write is not refused: it is based on whatever is there. */
export const overwriting = (store: Store): Store =>
  storeWith(store, {
    async commit(transaction) {
      for (let tries = 0; ; tries += 1) {
        try {
          return await store.commit(await (tries === 0 ? transaction : rebased(store, transaction)));
        } catch (error) {
          if (!(error instanceof ApiError) || error.reason !== "Conflict" || tries > 2) throw error;
          if (transaction.writes.length === 0) throw error;
        }
      }
    },
  });

async function rebased(store: Store, transaction: Transaction): Promise<Transaction> {
  const writes = await Promise.all(
    transaction.writes.map(async (write) => {
      const current = write.expected === 0 ? undefined : await store.get(write.key);
      return current === undefined ? write : { ...write, uid: current.uid, expected: current.revision };
    }),
  );
  return { ...transaction, writes, checks: [] };
}
