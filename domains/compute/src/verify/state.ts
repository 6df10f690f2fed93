import type { Words } from "@yunhe/kernel";
import type { Attempt } from "../kinds/attempt.ts";
import type { Node } from "../kinds/node.ts";
import type { Queue } from "../kinds/queue.ts";
import type { Task } from "../kinds/task.ts";
import type { UsageRecord } from "../kinds/usage-record.ts";

/** Everything of this domain as it stands at one revision. */
export interface ComputeState {
  readonly tasks: Iterable<Task>;
  readonly attempts: Iterable<Attempt>;
  readonly records: Iterable<UsageRecord>;
  readonly nodes: Iterable<Node>;
  readonly queues: Iterable<Queue>;
}

/** One promise that does not hold, by its id in the list of invariants, and where. */
export interface Finding {
  readonly invariant: string;
  /** `task default/train`. */
  readonly object: string;
  /** At which it was broken, where the history tells. */
  readonly revision?: number;
  readonly words: Words;
}

export const placeOf = (
  kind: string,
  { metadata }: { readonly metadata: { readonly name: string; readonly namespace?: string } },
): string => `${kind} ${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`;

/** The task that an attempt is a try of, by uid: names are used again. */
export const ownerUid = (owned: Attempt | Task): string | undefined =>
  owned.metadata.ownerReferences?.[0]?.uid;

export const isLive = (attempt: Attempt): boolean => attempt.status?.phase !== "Ended";
