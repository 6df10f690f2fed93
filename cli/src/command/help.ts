import { type Language, words } from "@yunhe/client";
import type { CommandDefinition, OptionDefinitions } from "./define.ts";
import { globalOptions } from "./global.ts";

const title = words(
  "Yunhe turns the computers people already have into one smart cloud.",
  "云鹤把人们已有的计算机变成一朵智能云。",
);
const usage = words("Usage", "用法");
const commandsTitle = words("Commands", "命令");
const optionsTitle = words("Options", "选项");
const everywhere = words("Options of every command", "各命令通用选项");
const examplesTitle = words("Examples", "示例");
const more = words("`yunhe help COMMAND` says more about one.", "`yunhe help 命令` 查看详情。");

export function overview(commands: readonly CommandDefinition[], language: Language): string {
  const rows = commands
    .filter(({ name }) => !name.startsWith("__"))
    .map((command) => [command.name, command.words[language]] as const);
  return [
    title[language],
    "",
    `${usage[language]}: yunhe COMMAND [OPTIONS]`,
    "",
    `${commandsTitle[language]}:`,
    ...columns(rows),
    "",
    more[language],
  ].join("\n");
}

export function commandHelp(command: CommandDefinition, language: Language): string {
  const { options, examples = [], details } = command;
  return [
    `${usage[language]}: yunhe ${command.name} ${command.usage}`.trimEnd(),
    "",
    command.words[language],
    ...(details ? ["", details[language]] : []),
    ...(Object.keys(options).length > 0
      ? ["", `${optionsTitle[language]}:`, ...columns(optionRows(options, language))]
      : []),
    "",
    `${everywhere[language]}:`,
    ...columns(optionRows(withoutOwn(options), language)),
    ...(examples.length > 0
      ? ["", `${examplesTitle[language]}:`, ...examples.map((line) => `  ${line}`)]
      : []),
  ].join("\n");
}

/** The global options that the command does not define anew. */
const withoutOwn = (own: OptionDefinitions): OptionDefinitions =>
  Object.fromEntries(Object.entries(globalOptions).filter(([name]) => !(name in own)));

export const optionText = (name: string, { short, placeholder, type }: OptionDefinitions[string]): string =>
  `${short === undefined ? "    " : `-${short}, `}--${name}${type === "flag" ? "" : ` ${placeholder ?? "VALUE"}`}`;

const optionRows = (options: OptionDefinitions, language: Language): (readonly [string, string])[] =>
  Object.entries(options).map(([name, option]) => [optionText(name, option), option.words[language]]);

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.min(34, Math.max(0, ...rows.map(([left]) => left.length)));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
