import { words } from "@yunhe/client";
import type { Context } from "../command/context.ts";
import { defineCommand } from "../command/define.ts";
import { exitCodes } from "../command/errors.ts";

interface Amount {
  readonly total: number;
  readonly held: number;
}

interface Fleet {
  readonly nodes: readonly {
    readonly name: string;
    readonly pool: string;
    readonly ready: boolean;
    readonly cpuMilli: Amount;
    readonly memoryBytes: Amount;
    readonly devices: readonly { readonly id: string; readonly model: string; readonly heldMilli: number }[];
    readonly attempts: readonly {
      readonly project: string;
      readonly task: string;
      readonly cpuMilli: number;
      readonly memoryBytes: number;
    }[];
  }[];
}

const refreshMs = 2000;

const top = defineCommand({
  name: "top",
  usage: "",
  words: words("Show what the fleet holds and who holds it.", "查看资源池占用情况及占用者。"),
  options: { once: { type: "flag", words: words("Print once and end.", "只打印一次。") } },
  async run(context, options) {
    const client = await context.client();
    const live = context.interactive && !options.once && context.output === "table";
    for (;;) {
      const fleet = await client.transport.json<Fleet>("/yunhe/v1/fleet");
      if (context.output === "json") context.print(JSON.stringify(fleet, null, 2));
      else {
        if (live) process.stdout.write("\u001b[2J\u001b[H");
        for (const line of fleetLines(context, fleet)) context.print(line);
      }
      if (!live) return exitCodes.ok;
      await new Promise((resolve) => setTimeout(resolve, refreshMs));
    }
  },
});

function* fleetLines({ say }: Context, { nodes }: Fleet): Generator<string> {
  for (const node of nodes) {
    const state = node.ready ? say(words("ready", "就绪")) : say(words("not ready", "未就绪"));
    yield `${node.pool}/${node.name}  ${state}`;
    yield `  CPU  ${bar(node.cpuMilli)} ${(node.cpuMilli.held / 1000).toFixed(1)}/${(node.cpuMilli.total / 1000).toFixed(1)}`;
    yield `  MEM  ${bar(node.memoryBytes)} ${gib(node.memoryBytes.held)}/${gib(node.memoryBytes.total)} GiB`;
    for (const { id, model, heldMilli } of node.devices)
      yield `  GPU  ${bar({ total: 1000, held: heldMilli })} ${model} ${id}`;
    for (const { project, task, cpuMilli, memoryBytes } of node.attempts)
      yield `    ${project}/${task}  ${cpuMilli}m  ${gib(memoryBytes)} GiB`;
  }
}

const gib = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);

function bar({ total, held }: Amount): string {
  const full = total === 0 ? 0 : Math.round((20 * Math.min(held, total)) / total);
  return `${"█".repeat(full)}${"░".repeat(20 - full)}`;
}

export const commands = [top];
