import {
  attemptKind,
  auditState,
  checkedPromises,
  type Finding,
  nodeKind,
  queueKind,
  taskKind,
  usageRecordKind,
} from "@yunhe/domain-compute";
import {
  type AnyKind,
  keyOfKind,
  type ListRange,
  parseStored,
  type Store,
  verifyAudit,
  type Words,
  words,
} from "@yunhe/kernel";

export type ExaminedStore = Pick<Store, "audit" | "version" | "list">;

export interface PromiseChecked {
  /** Its id in the list of invariants: `T1`. */
  readonly invariant: string;
  readonly words: Words;
  /** Places where it does not hold. */
  readonly broken: number;
}

/** What a store was found to be: how much was looked at, for what, and what does not hold. */
export interface StoreVerdict {
  readonly revision: number;
  readonly objects: number;
  readonly auditEntries: number;
  readonly promises: readonly PromiseChecked[];
  readonly findings: readonly Finding[];
}

const chainPromise = words(
  "The audit log is one unbroken chain, and says what the objects say",
  "审计日志是一条完整的链，且与对象一致",
);

/** Looks at the whole store for every promise that can be seen in one state. It should not change meanwhile. */
export async function examineStore(store: ExaminedStore): Promise<StoreVerdict> {
  const tasks = await all<typeof taskKind>(store, taskKind);
  const attempts = await all<typeof attemptKind>(store, attemptKind);
  const records = await all<typeof usageRecordKind>(store, usageRecordKind);
  const nodes = await all<typeof nodeKind>(store, nodeKind);
  const queues = await all<typeof queueKind>(store, queueKind);
  const state = auditState({
    tasks: tasks.items,
    attempts: attempts.items,
    records: records.items,
    nodes: nodes.items,
    queues: queues.items,
  });
  const audit = await verifyAudit(store);
  const findings = audit.ok ? state : [...state, brokenChain(audit.firstBroken ?? 0, audit.problem ?? "")];
  return {
    revision: tasks.revision,
    objects: [tasks, attempts, records, nodes, queues].reduce((sum, { items }) => sum + items.length, 0),
    auditEntries: audit.entries,
    promises: Object.entries({ ...checkedPromises, S4: chainPromise }).map(([invariant, words]) => ({
      invariant,
      words,
      broken: findings.filter((finding) => finding.invariant === invariant).length,
    })),
    findings,
  };
}

const brokenChain = (entry: number, problem: string): Finding => ({
  invariant: "S4",
  object: `audit entry ${entry}`,
  words: words(`the audit log's chain is broken here: ${problem}`, `审计日志链在此断裂：${problem}`),
});

/** Every object of a kind, page by page. */
async function all<Kind extends AnyKind>(store: ExaminedStore, kind: Kind) {
  const items: ReturnType<typeof parseStored<Kind>>[] = [];
  let range: ListRange = { kind: keyOfKind(kind), limit: 1000 };
  for (;;) {
    const page = await store.list(range);
    for (const stored of page.items) items.push(parseStored<Kind>(stored));
    const last = page.items.at(-1);
    if (!page.more || last === undefined) return { items, revision: page.revision };
    range = { ...range, after: last.key };
  }
}
