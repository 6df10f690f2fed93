import { words } from "@yunhe/client";
import type { AnyResource } from "@yunhe/kernel";
import { defineCommand } from "../command/define.ts";
import { CommandError, exitCodes, usageError } from "../command/errors.ts";
import { kindNamed, splitTarget } from "../kinds.ts";
import { show } from "../output/list.ts";

const act = defineCommand({
  name: "act",
  usage: "KIND NAME ACTION",
  words: words("Do to an object what its kind offers.", "对对象执行其类型所提供的操作。"),
  details: words(
    "`yunhe explain KIND` lists a kind's actions. The answer is printed as YAML, or with -o json as JSON.",
    "`yunhe explain 类型` 列出可用操作。结果以 YAML 打印，加 -o json 则为 JSON。",
  ),
  options: {
    set: {
      type: "list",
      placeholder: "NAME=VALUE",
      words: words(
        "Input of the action; numbers, true, false and JSON are taken as such.",
        "操作的输入；数字、true、false 与 JSON 按其类型处理。",
      ),
    },
  },
  completes: "kinds",
  examples: [
    "yunhe act user ada issue-token --set description=laptop --set ttlSeconds=2592000",
    "yunhe act user ada sign-in-link",
  ],
  async run(context, options, args) {
    const { kind: text, names } = splitTarget(args);
    const [name, action] = names;
    if (text === undefined || name === undefined || action === undefined)
      throw usageError("Name a kind, an object and an action.", "请给出类型、对象与操作。");
    const client = await context.client();
    const kind = await kindNamed(client, text);
    if (!Object.hasOwn(kind.actions, action))
      throw unknownAction(kind.kind, action, Object.keys(kind.actions));
    const answer = await client
      .resources<AnyResource>(kind)
      .act(kind.namespaced ? context.project : undefined, name, action, inputOf(options.set));
    show(context, answer);
    return exitCodes.ok;
  },
});

function inputOf(pairs: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at > 0) return [pair.slice(0, at), valueOf(pair.slice(at + 1))];
      throw usageError(`--set is NAME=VALUE, not ${pair}.`, `--set 的格式为 NAME=VALUE，而非 ${pair}。`);
    }),
  );
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

const unknownAction = (kind: string, action: string, known: readonly string[]): CommandError =>
  new CommandError(
    exitCodes.notFound,
    words(`${kind} has no action ${action}.`, `${kind} 没有操作 ${action}。`),
    undefined,
    words(`There are: ${known.join(", ") || "none"}.`, `可用操作：${known.join("、") || "无"}。`),
  );

export const commands = [act];
