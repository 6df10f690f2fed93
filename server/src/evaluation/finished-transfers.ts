import { type Change, follow, keyOfKind, type Store } from "@yunhe/kernel";
import { type Transfer, transferKind } from "@yunhe/domain-compute";
import type { TransferFacts } from "@yunhe/domain-evaluation";

/** Of all pools together; whoever sums them up looks every minute. */
const most = 10_000;

/** The moves of data that ended well of late, by pool: what the lines of the fleet really carried. */
export interface FinishedTransfers {
  /** Those that ended after `sinceMs`, wall clock. */
  since(pool: string, sinceMs: number): readonly TransferFacts[];
  stop(): void;
}

export async function finishedTransfers(store: Store): Promise<FinishedTransfers> {
  const ended = new Map<string, TransferFacts & { readonly pool: string; readonly endedMs: number }>();
  const apply = ({ type, uid, json }: Change): void => {
    if (type === "DELETED" || ended.has(uid)) return;
    const { spec, status } = JSON.parse(json) as Transfer;
    if (status?.phase !== "Done" || status.endedAt === undefined || status.bytesPerSecond === undefined)
      return;
    const { movedBytes, bytesPerSecond, endedAt } = status;
    ended.set(uid, { pool: spec.pool, endedMs: Date.parse(endedAt), movedBytes, bytesPerSecond });
    const [oldest] = ended.keys();
    if (ended.size > most && oldest !== undefined) ended.delete(oldest);
  };
  const follower = await follow(store, [keyOfKind(transferKind)], apply);
  return {
    since: (pool, sinceMs) =>
      [...ended.values()].filter((each) => each.pool === pool && each.endedMs > sinceMs),
    stop: () => follower.stop(),
  };
}
