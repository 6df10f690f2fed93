import type { AnyResource } from "@yunhe/kernel";
import { words } from "@yunhe/client";
import { defineCommand } from "../command/define.ts";
import { exitCodes, usageError } from "../command/errors.ts";
import { kindNamed, splitTarget } from "../kinds.ts";
import { describeLines } from "../output/describe.ts";
import { showList } from "../output/list.ts";

const selectors = {
  selector: {
    type: "value",
    short: "l",
    placeholder: "LABELS",
    words: words("Only with these labels: a=b,c!=d.", "仅限这些标签：a=b,c!=d。"),
  },
  "field-selector": {
    type: "value",
    placeholder: "FIELDS",
    words: words("Only with these fields: status.phase=Running.", "仅限这些字段：status.phase=Running。"),
  },
} as const;

const get = defineCommand({
  name: "get",
  usage: "KIND [NAME …]",
  words: words("List objects of a kind, or show some by name.", "列出某类对象，或按名称查看。"),
  options: selectors,
  completes: "kinds",
  examples: ["yunhe get pools", "yunhe get task hello -o yaml", "yunhe get tasks -l team=vision"],
  async run(context, options, args) {
    const { kind: text, names } = splitTarget(args);
    if (text === undefined) throw usageError("Name a kind, such as tasks.", "请给出类型，如 tasks。");
    const client = await context.client();
    const kind = await kindNamed(client, text);
    const filters = {
      ...(options.selector === undefined ? {} : { labelSelector: options.selector }),
      ...(options["field-selector"] === undefined ? {} : { fieldSelector: options["field-selector"] }),
    };
    if (names.length === 0) await showList(context, client, kind, filters);
    for (const name of names) await showList(context, client, kind, { name });
    return exitCodes.ok;
  },
});

const describe = defineCommand({
  name: "describe",
  usage: "KIND NAME …",
  words: words("Show an object in full, with its events.", "完整查看对象及其事件。"),
  options: {},
  completes: "kinds",
  async run(context, _options, args) {
    const { kind: text, names } = splitTarget(args);
    if (text === undefined || names.length === 0)
      throw usageError("Name a kind and an object.", "请给出类型与对象。");
    const client = await context.client();
    const kind = await kindNamed(client, text);
    for (const name of names) {
      const object = await client
        .resources<AnyResource>(kind)
        .get(kind.namespaced ? context.project : undefined, name);
      for (const line of describeLines(object)) context.print(line);
      const events = await client
        .resources<Event>({ group: "", version: "v1", plural: "events", namespaced: true })
        .list({
          namespace: kind.namespaced ? context.project : undefined,
          fieldSelector: `involvedObject.uid=${object.metadata.uid}`,
        });
      if (events.items.length > 0) context.print(context.say(words("events:", "事件：")));
      for (const { type, reason, message, messageZh, lastTimestamp } of events.items) {
        context.print(
          `  ${lastTimestamp ?? ""}  ${type}  ${reason}  ${context.language === "zh" ? (messageZh ?? message) : message}`,
        );
      }
    }
    return exitCodes.ok;
  },
});

interface Event {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly messageZh?: string;
  readonly lastTimestamp?: string;
}

export const commands = [get, describe];
