import { join } from "node:path";
import { words } from "@yunhe/client";
import { defaultDirectory } from "../command/connect.ts";
import { defineCommand } from "../command/define.ts";
import { exitCodes } from "../command/errors.ts";

const verify = defineCommand({
  name: "audit verify",
  usage: "",
  words: words(
    "Check the audit log's hash chain of a running or stopped server.",
    "校验运行中或已停止服务器的审计日志哈希链。",
  ),
  options: {
    data: {
      type: "value",
      placeholder: "DIR",
      words: words("The server's data folder (default ~/.yunhe).", "服务器数据目录（默认 ~/.yunhe）。"),
    },
  },
  async run(context, options) {
    const { auditProblems, openAuditFile, verifyAudit } = await import("@yunhe/kernel");
    const file = openAuditFile(join(options.data ?? defaultDirectory(), "yunhe.db"));
    try {
      const result = await verifyAudit(file);
      const { problem = "changed" } = result;
      if (context.output === "json") context.print(JSON.stringify(result));
      else if (result.ok)
        context.print(
          context.say(
            words(
              `All ${result.entries} entries are unbroken; head ${result.head}.`,
              `全部 ${result.entries} 条记录完整；链头 ${result.head}。`,
            ),
          ),
        );
      else
        context.print(
          context.say(
            words(
              `Broken at entry ${result.firstBroken}: ${auditProblems[problem].en}.`,
              `第 ${result.firstBroken} 条处断裂：${auditProblems[problem].zh}。`,
            ),
          ),
        );
      return result.ok ? exitCodes.ok : exitCodes.invalid;
    } finally {
      await file.close();
    }
  },
});

const list = defineCommand({
  name: "audit",
  usage: "",
  words: words("Show who did what, newest first.", "查看谁做了什么，最新在前。"),
  options: {
    limit: { type: "value", placeholder: "N", words: words("How many entries.", "条数。") },
    actor: { type: "value", placeholder: "WHO", words: words("Only by this actor.", "仅限该主体。") },
  },
  async run(context, options) {
    const client = await context.client();
    const search = new URLSearchParams({ limit: options.limit ?? "50" });
    if (options.actor !== undefined) search.set("actor", options.actor);
    const { items } = await client.transport.json<{ items: readonly Entry[] }>(`/yunhe/v1/audit?${search}`);
    if (context.output === "json") context.print(JSON.stringify(items, null, 2));
    else
      for (const each of items)
        context.print(
          [
            each.sequence,
            new Date(each.timeMs).toISOString(),
            each.actor,
            each.verb,
            each.kind,
            [each.namespace, each.name].filter(Boolean).join("/"),
            each.outcome,
          ].join("  "),
        );
    return exitCodes.ok;
  },
});

interface Entry {
  readonly sequence: number;
  readonly timeMs: number;
  readonly actor: string;
  readonly verb: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly outcome: string;
}

export const commands = [list, verify];
