import { join } from "node:path";
import { words } from "@yunhe/client";
import type { AnyKind, ListRange, Store } from "@yunhe/kernel";
import type { Finding } from "@yunhe/domain-compute";
import type { Context } from "../command/context.ts";
import { defaultDirectory } from "../command/connect.ts";
import { defineCommand } from "../command/define.ts";
import { exitCodes } from "../command/errors.ts";

type ReadOnlyStore = Pick<Store, "audit" | "version" | "list" | "close">;

/** What a store was found to be: how much was looked at, and what does not hold. */
interface Verdict {
  readonly revision: number;
  readonly objects: number;
  readonly auditEntries: number;
  readonly findings: readonly Finding[];
}

const verify = defineCommand({
  name: "verify",
  usage: "",
  words: words(
    "Check the data of a running or stopped server against every promise that can be seen in it.",
    "按数据中可见的每项保证，检查运行中或已停止服务器的数据。",
  ),
  details: words(
    "Reads only. Promises have the ids of docs/explanation/simulation.md: tasks T, resources R, metering M, engines E, consistency C, audit S. Returns 6 when one does not hold.",
    "只读。保证的编号见 docs/explanation/simulation.md：任务 T、资源 R、计量 M、引擎 E、一致性 C、审计 S。有不成立者时返回 6。",
  ),
  options: {
    data: {
      type: "value",
      placeholder: "DIR",
      words: words("The server's data folder (default ~/.yunhe).", "服务器数据目录（默认 ~/.yunhe）。"),
    },
  },
  examples: ["yunhe verify", "yunhe verify --data ./data -o json"],
  async run(context, options) {
    const { openAuditFile } = await import("@yunhe/kernel");
    const store = openAuditFile(join(options.data ?? defaultDirectory(), "yunhe.db"));
    try {
      const verdict = await examine(store);
      if (context.output === "json") context.print(JSON.stringify(verdict));
      else tell(context, verdict);
      return verdict.findings.length === 0 ? exitCodes.ok : exitCodes.invalid;
    } finally {
      await store.close();
    }
  },
});

async function examine(store: ReadOnlyStore): Promise<Verdict> {
  const { verifyAudit } = await import("@yunhe/kernel");
  const compute = await import("@yunhe/domain-compute");
  const tasks = await all<typeof compute.taskKind>(store, compute.taskKind);
  const attempts = await all<typeof compute.attemptKind>(store, compute.attemptKind);
  const records = await all<typeof compute.usageRecordKind>(store, compute.usageRecordKind);
  const nodes = await all<typeof compute.nodeKind>(store, compute.nodeKind);
  const queues = await all<typeof compute.queueKind>(store, compute.queueKind);
  const findings = compute.auditState({
    tasks: tasks.items,
    attempts: attempts.items,
    records: records.items,
    nodes: nodes.items,
    queues: queues.items,
  });
  const audit = await verifyAudit(store);
  return {
    revision: tasks.revision,
    objects: [tasks, attempts, records, nodes, queues].reduce((sum, { items }) => sum + items.length, 0),
    auditEntries: audit.entries,
    findings: audit.ok ? findings : [...findings, brokenChain(audit.firstBroken ?? 0, audit.problem ?? "")],
  };
}

const brokenChain = (entry: number, problem: string): Finding => ({
  invariant: "S4",
  object: `audit entry ${entry}`,
  words: words(`the audit log's chain is broken here: ${problem}`, `审计日志链在此断裂：${problem}`),
});

/** Every object of a kind, page by page; the reader shows one state throughout. */
async function all<Kind extends AnyKind>(store: ReadOnlyStore, kind: Kind) {
  const { keyOfKind, parseStored } = await import("@yunhe/kernel");
  const items: ReturnType<typeof parseStored<Kind>>[] = [];
  let range: ListRange = { kind: keyOfKind(kind), limit: 1000 };
  for (;;) {
    const page = await store.list(range);
    items.push(...page.items.map((stored) => parseStored<Kind>(stored)));
    const last = page.items.at(-1);
    if (!page.more || last === undefined) return { items, revision: page.revision };
    range = { ...range, after: last.key };
  }
}

function tell({ print, say }: Context, { revision, objects, auditEntries, findings }: Verdict): void {
  for (const { invariant, object, words: text } of findings) print(`${invariant}  ${object}  ${say(text)}`);
  print(
    findings.length === 0
      ? say(
          words(
            `Every promise holds at revision ${revision}: ${objects} objects and ${auditEntries} audit entries were checked.`,
            `修订 ${revision} 处各项保证均成立：已检查 ${objects} 个对象和 ${auditEntries} 条审计记录。`,
          ),
        )
      : say(
          words(
            `${findings.length} promises do not hold at revision ${revision}; keep a copy of the data folder before anything else.`,
            `修订 ${revision} 处有 ${findings.length} 项保证不成立；请先备份数据目录。`,
          ),
        ),
  );
}

export const commands = [verify];
