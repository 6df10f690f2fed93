import { type Language, type Words, words } from "@yunhe/kernel";
import type { CommandDefinition, OptionDefinitions } from "../../cli/src/command/define.ts";
import { exitCodes } from "../../cli/src/command/errors.ts";
import { globalOptions } from "../../cli/src/command/global.ts";
import { optionText } from "../../cli/src/command/help.ts";
import { loadCommands } from "../../cli/src/commands/index.ts";
import { code, type Page, table } from "./page.ts";

/** The type makes sure that no exit code stays without words. */
const exitWords: Readonly<Record<keyof typeof exitCodes, Words>> = {
  ok: words("Done; of `run`: the task's program returned 0.", "完成；对 `run` 而言，任务程序返回 0。"),
  failed: words("It failed for the reason that is stated.", "失败，原因见输出。"),
  usage: words("The command line cannot be understood.", "无法理解命令行。"),
  unreachable: words("No server answered.", "没有服务器应答。"),
  refused: words("Not signed in, or not allowed.", "未登录或无权限。"),
  notFound: words("There is no such object, kind or field.", "没有该对象、类型或字段。"),
  invalid: words(
    "The object is invalid, or was changed meanwhile; of `audit verify`: the chain is broken.",
    "对象无效，或已被他人修改；对 `audit verify` 而言：链已断裂。",
  ),
  taskNotRun: words(
    "The task did not run to its end: cancelled, lost, never started.",
    "任务未运行到结束：已取消、丢失或从未启动。",
  ),
  interrupted: words("Interrupted by the person.", "被用户中断。"),
};

export async function commandPages(): Promise<Page[]> {
  const commands = (await loadCommands()).filter(({ name }) => !name.startsWith("__"));
  const title = words("Command line", "命令行");
  return [
    { path: "cli.md", language: "en", title, text: page(commands, "en") },
    { path: "cli.zh-CN.md", language: "zh", title, text: page(commands, "zh") },
  ];
}

const text = {
  en: { title: "Command line", other: "[中文](cli.zh-CN.md)", all: "Options of every command", environment: "Environment", exit: "Exit codes", option: "Option", variable: "Variable", meaning: "Meaning", code: "Code", run: "`yunhe run` passes on the exit code of the task's program; 128 + n when signal n ended it." },
  zh: { title: "命令行", other: "[English](cli.md)", all: "各命令通用选项", environment: "环境变量", exit: "退出码", option: "选项", variable: "变量", meaning: "含义", code: "退出码", run: "`yunhe run` 传回任务程序的退出码；被信号 n 终止时为 128 + n。" },
} as const; // prettier-ignore

const variables: readonly (readonly [string, Words])[] = [
  ["YUNHE_SERVER", words("Server that every command talks to.", "各命令所连接的服务器。")],
  ["YUNHE_TOKEN", words("Token to sign in with.", "登录所用的令牌。")],
  ["YUNHE_PROJECT", words("The project that is meant when none is named.", "未指定时所指的项目。")],
  ["YUNHE_DATA", words("Data folder of this machine's own server.", "本机服务器的数据目录。")],
  ["YUNHE_LANG", words("`en` or `zh`; else the shell's language.", "`en` 或 `zh`；否则取 shell 的语言。")],
  ["YUNHE_DEBUG", words("Set: failures show a stack.", "设置后，失败时显示调用栈。")],
];

function page(commands: readonly CommandDefinition[], language: Language): string {
  const say = text[language];
  return [
    `# ${say.title}`,
    say.other,
    table(
      ["", ""],
      commands.map((command) => [
        `[\`yunhe ${command.name}\`](#yunhe-${command.name.replaceAll(" ", "-")})`,
        command.words[language],
      ]),
    ),
    ...commands.flatMap((command) => section(command, language)),
    `## ${say.all}`,
    optionTable(globalOptions, language),
    `## ${say.environment}`,
    table(
      [say.variable, say.meaning],
      variables.map(([name, each]) => [code(name), each[language]]),
    ),
    `## ${say.exit}`,
    say.run,
    table(
      [say.code, say.meaning],
      Object.entries(exitCodes).map(([name, number]) => [
        String(number),
        exitWords[name as keyof typeof exitCodes][language],
      ]),
    ),
  ].join("\n\n");
}

function section(command: CommandDefinition, language: Language): string[] {
  const { name, usage, details, options, examples = [] } = command;
  return [
    `## yunhe ${name}`,
    code(`yunhe ${name} ${usage}`.trimEnd()),
    command.words[language],
    ...(details ? [details[language]] : []),
    ...(Object.keys(options).length === 0 ? [] : [optionTable(options, language)]),
    ...(examples.length === 0 ? [] : [examples.map((line) => `    ${line}`).join("\n")]),
  ];
}

const optionTable = (options: OptionDefinitions, language: Language): string =>
  table(
    [text[language].option, text[language].meaning],
    Object.entries(options).map(([name, option]) => [
      code(optionText(name, option).trim()),
      option.words[language],
    ]),
  );
