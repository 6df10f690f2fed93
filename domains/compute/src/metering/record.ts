import type { NewObject } from "@yunhe/kernel";
import type { Attempt } from "../kinds/attempt.ts";
import type { ChainLink } from "./chain.ts";

/**
 * The usage record of one link. Its name is made of the attempt's uid and the sequence, so a link that is written
 * again, after a crash or a lost answer, meets a name that is taken: charged once, whatever is retried (M2).
 */
export function usageRecord(
  attempt: Attempt,
  link: ChainLink,
  place: { queue: string; jurisdiction: string },
): NewObject {
  return {
    metadata: {
      name: `${attempt.metadata.uid}-${link.sequence}`,
      ...(attempt.metadata.namespace === undefined ? {} : { namespace: attempt.metadata.namespace }),
      labels: { "compute.yunhe.dev/task": attempt.spec.task },
    },
    spec: {
      attempt: attempt.metadata.name,
      attemptUid: attempt.metadata.uid,
      task: attempt.spec.task,
      pool: attempt.spec.pool,
      node: attempt.spec.node,
      queue: place.queue,
      sequence: link.sequence,
      startMs: link.startMs,
      endMs: link.endMs,
      final: link.final,
      granted: attempt.spec.grant,
      grantedAmounts: link.grantedAmounts,
      usedAmounts: link.usedAmounts,
      jurisdiction: place.jurisdiction,
    },
  };
}
