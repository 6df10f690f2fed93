import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { connect } from "@yunhe/client";
import { words } from "@yunhe/client";
import { credentialsFile, defaultServer } from "../command/connect.ts";
import { defineCommand } from "../command/define.ts";
import { CommandError, exitCodes } from "../command/errors.ts";

const login = defineCommand({
  name: "login",
  usage: "[SERVER]",
  words: words("Remember a server and its token.", "记住服务器及其令牌。"),
  details: words(
    "Asks for the token, or reads it from standard input, so that it stands in no history. Kept with mode 0600.",
    "提示输入令牌，或从标准输入读取，避免留在命令历史中。以 0600 权限保存。",
  ),
  options: {},
  examples: ["yunhe login http://127.0.0.1:7788", "yunhe login https://cloud.example.org < token.txt"],
  async run(context, _options, args) {
    const server = (args[0] ?? process.env["YUNHE_SERVER"] ?? defaultServer).replace(/\/+$/, "");
    const token = await readToken(context.say(words(`Token for ${server}`, `${server} 的令牌`)));
    const client = connect({ server, token, language: context.language });
    await client.kinds();
    await mkdir(dirname(credentialsFile()), { recursive: true, mode: 0o700 });
    await writeFile(credentialsFile(), JSON.stringify({ server, token }), { mode: 0o600 });
    context.note(words(`Signed in to ${server}.`, `已登录 ${server}。`));
    return exitCodes.ok;
  },
});

const logout = defineCommand({
  name: "logout",
  usage: "",
  words: words("Forget what `login` remembered.", "清除 `login` 记住的内容。"),
  options: {},
  async run() {
    await rm(credentialsFile(), { force: true });
    return exitCodes.ok;
  },
});

async function readToken(prompt: string): Promise<string> {
  if (!process.stdin.isTTY) {
    let text = "";
    for await (const chunk of process.stdin.setEncoding("utf8")) text += chunk as string;
    return text.trim();
  }
  const { isCancel, password } = await import("@clack/prompts");
  const answer = await password({ message: prompt });
  if (isCancel(answer))
    throw new CommandError(exitCodes.interrupted, words("Nothing was changed.", "未作更改。"));
  return answer.trim();
}

export const commands = [login, logout];
