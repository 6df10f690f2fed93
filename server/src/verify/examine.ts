import {
  attemptKind,
  auditState,
  checkedPromises,
  type Finding,
  HistoryAudit,
  nodeKind,
  queueKind,
  taskKind,
  usageRecordKind,
} from "@yunhe/domain-compute";
import {
  type AnyKind,
  auditProblems,
  type AuditVerdict,
  keyOfKind,
  type ListRange,
  parseStored,
  type Store,
  verifyAudit,
  type Words,
  words,
} from "@yunhe/kernel";

export type ExaminedStore = Pick<Store, "audit" | "version" | "list" | "compactedRevision">;

export interface PromiseChecked {
  /** Its id in the list of invariants: `T1`. */
  readonly invariant: string;
  readonly words: Words;
  /** Places where it does not hold. */
  readonly broken: number;
  /** What of it could not be seen; absent: nothing. */
  readonly unseen?: Words;
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

/**
 * Looks at the whole store for every promise that can be seen in one state, and at its log for those that only what led
 * to it shows. It should not change meanwhile.
 */
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
  const present = new Set([...tasks.items, ...attempts.items].map(({ metadata }) => metadata.uid as string));
  const compacted = store.compactedRevision();
  const history = new HistoryAudit({ compacted, exists: (uid) => present.has(uid) });
  const findings = [...state];
  const audit = await verifyAudit(store, (entry, version) => findings.push(...history.take(entry, version)));
  if (!audit.ok) findings.push(brokenChain(audit));
  else if (audit.revision !== tasks.revision) findings.push(unaudited(audit.revision + 1, tasks.revision));
  const unseen = unseenOf(compacted, audit);
  return {
    revision: tasks.revision,
    objects: [tasks, attempts, records, nodes, queues].reduce((sum, { items }) => sum + items.length, 0),
    auditEntries: audit.entries,
    promises: Object.entries({ ...checkedPromises, S4: chainPromise }).map(([invariant, words]) => ({
      invariant,
      words,
      broken: findings.filter((finding) => finding.invariant === invariant).length,
      ...(unseen[invariant] === undefined ? {} : { unseen: unseen[invariant] }),
    })),
    findings,
  };
}

const brokenChain = ({ firstBroken = 0, problem = "changed" }: AuditVerdict): Finding => ({
  invariant: "S4",
  object: `audit entry ${firstBroken}`,
  words: words(
    `the audit log's chain is broken: ${auditProblems[problem].en}`,
    `审计日志链断裂：${auditProblems[problem].zh}`,
  ),
});

/** Cut off, as far as the chain alone can tell, or never written. */
const unaudited = (first: number, last: number): Finding => ({
  invariant: "S4",
  object: `revision ${first}`,
  revision: first,
  words: words(
    `changes ${first} to ${last} have no entry in the audit log`,
    `第 ${first} 至 ${last} 次变化在审计日志中没有记录`,
  ),
});

/** What of the promises that the history shows lies in the dark. */
function unseenOf(compacted: number, { ok, entries }: AuditVerdict): Readonly<Record<string, Words>> {
  if (!ok) {
    const cut = words(
      `only audit entries 1 to ${entries} could be followed, up to where the chain is broken`,
      `只能追溯审计记录 1 至 ${entries}，之后链已断裂`,
    );
    return { T5: cut, R2: cut };
  }
  if (compacted === 0) return {};
  return {
    T5: words(
      `up to revision ${compacted} the history is compacted: there only the cancel action is seen, for tasks that still exist`,
      `修订 ${compacted} 及以前的历史已压缩：其中仅能看到现存任务的取消操作`,
    ),
    R2: words(
      `up to revision ${compacted} the history is compacted and says nothing about it`,
      `修订 ${compacted} 及以前的历史已压缩，无从得知`,
    ),
  };
}

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
