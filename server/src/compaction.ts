import type { Environment, Store } from "@yunhe/kernel";

/** How many revisions stay readable for watches and lists that began earlier. */
const keepRevisions = 50_000;
const everyMs = 60_000;

/** Forgets superseded versions now and then; returns the function that ends it. */
export function keepCompacted(store: Store, { clock }: Environment): () => void {
  let cancel: () => void = () => undefined;
  const round = async (): Promise<void> => {
    const upTo = store.revision() - keepRevisions;
    if (upTo > store.compactedRevision() + keepRevisions / 10) await store.compact(upTo);
  };
  const schedule = (): void => {
    cancel = clock.after(
      everyMs,
      () =>
        void round()
          .catch(() => undefined)
          .finally(schedule),
    );
  };
  schedule();
  return () => cancel();
}
