import type { Environment } from "../environment.ts";
import type { Revision } from "../resource.ts";
import type { Store } from "./port.ts";

export interface HistoryOptions {
  /** Versions younger than this stay, so that watchers and paged lists of slow clients can go on. */
  readonly keepMs?: number;
  readonly everyMs?: number;
  readonly onError?: (error: unknown) => void;
}

const defaultKeepMs = 10 * 60_000;
const defaultEveryMs = 60_000;

/** Compacts the store now and then so that its history stays bounded. Returns the function that ends it. */
export function keepHistoryBounded(
  store: Pick<Store, "revision" | "compact">,
  { clock }: Environment,
  options: HistoryOptions = {},
): () => void {
  const { keepMs = defaultKeepMs, everyMs = defaultEveryMs, onError = () => {} } = options;
  /** Where the log stood at earlier times, oldest first. */
  const marks: { readonly atMs: number; readonly revision: Revision }[] = [];
  let cancel = (): void => {};
  const tick = (): void => {
    const atMs = clock.monotonicMs();
    marks.push({ atMs, revision: store.revision() });
    const young = marks.findIndex((mark) => atMs - mark.atMs < keepMs);
    const old = marks.splice(0, young).at(-1);
    if (old !== undefined) store.compact(old.revision).catch(onError);
    cancel = clock.after(everyMs, tick);
  };
  tick();
  return () => cancel();
}
