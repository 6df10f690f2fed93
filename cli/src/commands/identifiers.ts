import { words } from "@yunhe/client";
import { defineCommand } from "../command/define.ts";
import { exitCodes, usageError } from "../command/errors.ts";
import { describeLines } from "../output/describe.ts";
import { show } from "../output/list.ts";

interface Facts {
  readonly identifier: string;
  readonly type: string;
  readonly model?: string;
  readonly ready: boolean;
  readonly free: number;
  readonly pricePerHour?: string;
  readonly currency: string;
}

const resolve = defineCommand({
  name: "resolve",
  usage: "IDENTIFIER",
  words: words(
    "Say what a compute identifier is, where, how much is free and what it costs.",
    "解析算力标识：是什么、在哪里、空闲多少、价格多少。",
  ),
  options: {},
  examples: ["yunhe resolve yhc:local:local:local"],
  async run(context, _options, [identifier]) {
    if (identifier === undefined) throw usageError("Name a compute identifier.", "请给出算力标识。");
    const client = await context.client();
    const { items } = await client.transport.json<{ items: readonly Facts[] }>(
      `/yunhe/v1/identifiers?q=${encodeURIComponent(identifier)}`,
    );
    const found = items.find((each) => each.identifier === identifier);
    if (!found) {
      context.note(
        words(
          `Nothing has the identifier ${identifier}; \`yunhe search\` lists what there is.`,
          `没有标识为 ${identifier} 的对象；可用 \`yunhe search\` 查看。`,
        ),
      );
      return exitCodes.notFound;
    }
    if (context.output === "json" || context.output === "yaml") show(context, found);
    else for (const line of describeLines(found)) context.print(line);
    return exitCodes.ok;
  },
});

const search = defineCommand({
  name: "search",
  usage: "[TEXT]",
  words: words("Search compute identifiers by capability.", "按能力搜索算力标识。"),
  options: {
    type: {
      type: "value",
      placeholder: "TYPE",
      choices: ["pool", "node", "device"],
      words: words("pool, node or device.", "pool、node 或 device。"),
    },
    provider: { type: "value", placeholder: "NAME", words: words("Of this provider.", "指定提供商。") },
    region: { type: "value", placeholder: "NAME", words: words("In this region.", "指定地域。") },
    vendor: {
      type: "value",
      placeholder: "NAME",
      words: words("Devices of this vendor.", "指定厂商的设备。"),
    },
    model: {
      type: "value",
      placeholder: "MODEL",
      words: words("Devices of this model.", "指定型号的设备。"),
    },
    "min-memory": {
      type: "value",
      placeholder: "BYTES",
      words: words("At least so much memory.", "内存不少于此。"),
    },
    free: {
      type: "flag",
      words: words("Only what is ready and has something free.", "仅限就绪且有空闲的。"),
    },
  },
  examples: ["yunhe search --type device --model A100 --free"],
  async run(context, options, [text]) {
    const asked = {
      q: text,
      type: options.type,
      provider: options.provider,
      region: options.region,
      vendor: options.vendor,
      model: options.model,
      minMemoryBytes: options["min-memory"],
      free: options.free ? "true" : undefined,
    };
    const given = Object.entries(asked).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const client = await context.client();
    const { items } = await client.transport.json<{ items: readonly Facts[] }>(
      `/yunhe/v1/identifiers?${new URLSearchParams(given)}`,
    );
    if (context.output === "json" || context.output === "yaml") show(context, items);
    else
      for (const { identifier, type, free, pricePerHour, currency } of items)
        context.print(
          `${identifier}  ${type}  ${Math.round(free * 100)}%  ${pricePerHour === undefined ? "" : `${pricePerHour} ${currency}/h`}`.trimEnd(),
        );
    return items.length === 0 ? exitCodes.notFound : exitCodes.ok;
  },
});

export const commands = [resolve, search];
