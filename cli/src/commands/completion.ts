import { words } from "@yunhe/client";
import { type CommandDefinition, defineCommand, type OptionDefinition } from "../command/define.ts";
import { exitCodes, usageError } from "../command/errors.ts";
import { globalOptions } from "../command/global.ts";
import type { Task } from "../task/kind.ts";
import { loadCommands } from "./index.ts";

const completion = defineCommand({
  name: "completion",
  usage: "bash|zsh|fish",
  words: words("Print completions for a shell.", "打印 shell 补全脚本。"),
  examples: [
    "source <(yunhe completion bash)",
    "yunhe completion fish > ~/.config/fish/completions/yunhe.fish",
  ],
  options: {},
  async run(context, _options, [shell]) {
    const script = shell === undefined ? undefined : scripts[shell];
    if (script === undefined) throw usageError("Name bash, zsh or fish.", "请给出 bash、zsh 或 fish。");
    context.print(script);
    return exitCodes.ok;
  },
});

/** Asked by the scripts on every Tab: the words so far, the last one unfinished. */
const complete = defineCommand({
  name: "__complete",
  usage: "WORD …",
  words: words("Candidates for a shell's completion.", "供 shell 补全的候选项。"),
  options: {},
  passThrough: true,
  async run(context, _options, args) {
    const typed = args[0] === "--" ? args.slice(1) : args;
    const current = typed.at(-1) ?? "";
    const all = (await loadCommands()).filter(({ name }) => !name.startsWith("__"));
    for (const candidate of await candidates(all, typed.slice(0, -1), current, async (what) => {
      const client = await context.client();
      if (what === "kinds") return (await client.kinds()).map(({ plural }) => plural);
      const namespaced = what === "tasks" || what === "volumes";
      const { items } = await client
        .resources<Task>({ group: "compute.yunhe.dev", version: "v1", plural: what, namespaced })
        .list({ namespace: namespaced ? context.project : undefined, limit: 200 });
      return items.map(({ metadata }) => metadata.name);
    })) {
      if (candidate.startsWith(current)) context.print(candidate);
    }
    return exitCodes.ok;
  },
});

type Asked = NonNullable<CommandDefinition["completes"] | OptionDefinition["completes"]>;

async function candidates(
  all: readonly CommandDefinition[],
  before: readonly string[],
  current: string,
  ask: (what: Asked) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const command = all
    .toSorted((a, b) => b.name.length - a.name.length)
    .find(({ name }) => name.split(" ").every((part, i) => before[i] === part));
  if (!command) return [...new Set(all.map(({ name }) => name.split(" ")[before.length] ?? ""))];
  const options = { ...globalOptions, ...command.options } as CommandDefinition["options"];
  const last = Object.entries(options).find(([name, { short }]) =>
    [`--${name}`, `-${short}`].includes(before.at(-1) ?? ""),
  );
  if (last && last[1].type !== "flag") {
    const { choices = [], completes } = last[1];
    return completes === undefined ? choices : ask(completes).catch(() => []);
  }
  if (current.startsWith("-")) return Object.keys(options).map((name) => `--${name}`);
  return command.completes === undefined ? [] : ask(command.completes).catch(() => []);
}

const scripts: Readonly<Record<string, string>> = {
  bash: `_yunhe() { local IFS=$'\\n'; COMPREPLY=($(yunhe __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)); }
complete -o default -F _yunhe yunhe`,
  zsh: `#compdef yunhe
_yunhe() { local -a found; found=("\${(@f)$(yunhe __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"); compadd -a found; }
compdef _yunhe yunhe`,
  fish: `complete -c yunhe -f -a '(yunhe __complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'`,
};

export const commands = [completion, complete];
