import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AnyResource } from "@yunhe/kernel";
import { words } from "@yunhe/client";
import { parse, stringify } from "yaml";
import { defineCommand } from "../command/define.ts";
import { CommandError, exitCodes, usageError } from "../command/errors.ts";
import { failureOf } from "../command/failure.ts";
import { kindNamed, splitTarget } from "../kinds.ts";

const edit = defineCommand({
  name: "edit",
  usage: "KIND NAME",
  words: words("Change an object in your editor.", "在编辑器中修改对象。"),
  details: words(
    "Uses VISUAL, EDITOR or vi. What the server refuses comes back into the editor with the reason on top.",
    "使用 VISUAL、EDITOR 或 vi。被服务器拒绝的内容会连同原因返回编辑器。",
  ),
  options: {},
  completes: "kinds",
  async run(context, _options, args) {
    const { kind: text, names } = splitTarget(args);
    const [name] = names;
    if (text === undefined || name === undefined)
      throw usageError("Name a kind and an object.", "请给出类型与对象。");
    const client = await context.client();
    const kind = await kindNamed(client, text);
    const project = kind.namespaced ? context.project : undefined;
    const before = await client.resources<AnyResource>(kind).get(project, name);
    const { status: _status, ...shown } = before;
    delete (shown.metadata as Partial<AnyResource["metadata"]>).managedFields;
    let draft = stringify(shown);
    for (let remarks: readonly string[] = []; ;) {
      const edited = await inEditor(`${remarks.map((line) => `# ${line}\n`).join("")}${draft}`);
      if (edited === draft) {
        context.note(words("Nothing was changed.", "未作更改。"));
        return exitCodes.ok;
      }
      draft = edited;
      try {
        await client.resources(kind).replace(project, name, parse(edited, { maxAliasCount: 100 }));
        context.print(`${kind.singular}/${name} ${context.say(words("changed", "已修改"))}`);
        return exitCodes.ok;
      } catch (error) {
        if (!process.stdin.isTTY) throw error;
        remarks = failureOf(error, context.language).lines;
      }
    }
  },
});

/** Remark lines at the top are dropped again. */
async function inEditor(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "yunhe-edit-"));
  const file = join(folder, "object.yaml");
  try {
    await writeFile(file, text, { mode: 0o600 });
    const [program = "vi", ...args] = (process.env["VISUAL"] ?? process.env["EDITOR"] ?? "vi").split(" ");
    const { status, error } = spawnSync(program, [...args, file], { stdio: "inherit" });
    if (error || status !== 0) {
      throw new CommandError(
        exitCodes.failed,
        words("The editor did not end well; nothing was changed.", "编辑器异常结束；未作更改。"),
        words(`Editor: ${program}.`, `编辑器：${program}。`),
        words("Set EDITOR to one that works.", "请将 EDITOR 设为可用的编辑器。"),
      );
    }
    return (await readFile(file, "utf8")).replace(/^(?:#.*\n)+/, "");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export const commands = [edit];
