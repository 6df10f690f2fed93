import { RequestFailed } from "@yunhe/client";
import type { AnyResource } from "@yunhe/kernel";
import { words } from "@yunhe/client";
import { defineCommand } from "../command/define.ts";
import { usageError } from "../command/errors.ts";
import { kindNamed, splitTarget } from "../kinds.ts";

const watch = defineCommand({
  name: "watch",
  usage: "KIND [NAME]",
  words: words("Show changes as they happen, until Ctrl-C.", "实时显示变化，按 Ctrl-C 结束。"),
  options: {
    selector: {
      type: "value",
      short: "l",
      placeholder: "LABELS",
      words: words("Only with these labels.", "仅限这些标签。"),
    },
  },
  completes: "kinds",
  async run(context, options, args) {
    const { kind: text, names } = splitTarget(args);
    if (text === undefined) throw usageError("Name a kind, such as tasks.", "请给出类型，如 tasks。");
    const client = await context.client();
    const kind = await kindNamed(client, text);
    const resources = client.resources<AnyResource>(kind);
    const filters = {
      namespace: !kind.namespaced || context.allProjects ? undefined : context.project,
      ...(options.selector === undefined ? {} : { labelSelector: options.selector }),
      ...(names[0] === undefined ? {} : { fieldSelector: `metadata.name=${names[0]}` }),
    };
    for (;;) {
      const list = await resources.list({ ...filters, limit: 1 });
      try {
        for await (const event of resources.watch({
          ...filters,
          resourceVersion: list.metadata.resourceVersion,
        })) {
          if (event.type === "BOOKMARK") continue;
          if (context.output === "json") context.print(JSON.stringify(event));
          else context.print(line(event.type, event.object));
        }
      } catch (error) {
        if (!(error instanceof RequestFailed) || error.code !== 410) throw error;
      }
    }
  },
});

function line(type: string, { metadata, kind, ...fields }: AnyResource): string {
  const status = fields["status"] as { phase?: string; reason?: string } | undefined;
  return [
    new Date().toISOString(),
    type.padEnd(8),
    kind,
    [metadata.namespace, metadata.name].filter(Boolean).join("/"),
    status?.phase,
    status?.reason,
  ]
    .filter((part) => part !== undefined && part !== "")
    .join("  ");
}

export const commands = [watch];
