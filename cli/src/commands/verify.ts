import { join } from "node:path";
import { words } from "@yunhe/client";
import type { StoreVerdict } from "@yunhe/server/verify";
import type { Context } from "../command/context.ts";
import { defaultDirectory } from "../command/connect.ts";
import { defineCommand } from "../command/define.ts";
import { exitCodes } from "../command/errors.ts";

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
    const { examineStore } = await import("@yunhe/server/verify");
    const store = openAuditFile(join(options.data ?? defaultDirectory(), "yunhe.db"));
    try {
      const verdict = await examineStore(store);
      if (context.output === "json") context.print(JSON.stringify(verdict));
      else tell(context, verdict);
      return verdict.findings.length === 0 ? exitCodes.ok : exitCodes.invalid;
    } finally {
      await store.close();
    }
  },
});

function tell(
  { print, say }: Context,
  { revision, objects, auditEntries, promises, findings }: StoreVerdict,
): void {
  for (const { invariant, words: text, broken, unseen } of promises)
    print(
      `${broken === 0 ? "✔" : "✖"} ${invariant}  ${say(text)}${unseen === undefined ? "" : ` (${say(unseen)})`}`,
    );
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
