import type { Client, KindDescription } from "@yunhe/client";
import type { AnyResource } from "@yunhe/kernel";
import { words } from "@yunhe/client";
import type { Context } from "../command/context.ts";
import { defineCommand } from "../command/define.ts";
import { CommandError, exitCodes, usageError } from "../command/errors.ts";
import { kindNamed, splitTarget } from "../kinds.ts";
import { readManifests, withLocalInputs } from "../manifest.ts";

const files = {
  file: {
    type: "list",
    short: "f",
    placeholder: "FILE",
    words: words("YAML or JSON file; - for standard input.", "YAML 或 JSON 文件；- 表示标准输入。"),
  },
} as const;

const apply = defineCommand({
  name: "apply",
  usage: "-f FILE",
  words: words("Make the objects in a file so: create or change them.", "按文件内容创建或修改对象。"),
  details: words(
    "Server-side apply: fields that you no longer give are removed, fields of others stay; a field that two set is a conflict. A task may name files or folders of this machine with spec.inputs[].from, relative to the manifest: they are uploaded.",
    "服务端应用：不再给出的字段会被移除，他人的字段保留；双方都设的字段视为冲突。任务可用 spec.inputs[].from 指定本机的文件或目录（相对于清单），会自动上传。",
  ),
  options: {
    ...files,
    force: { type: "flag", words: words("Take over fields that others set.", "接管他人设置的字段。") },
    "dry-run": { type: "flag", words: words("Check only; change nothing.", "仅检查，不作更改。") },
  },
  async run(context, options) {
    const client = await context.client();
    const kinds = await client.kinds();
    const targets = (await allManifests(options.file)).map((each) => ({
      ...each,
      kind: kindOf(kinds, each.object),
      project: projectOf(context, kindOf(kinds, each.object), each.object),
    }));
    const complete: (typeof targets)[number][] = [];
    for (const each of targets)
      complete.push({ ...each, object: await withLocalInputs(client, each.project, each.path, each.object) });
    for (const { object, kind, project } of complete) {
      await client.resources(kind).apply(project, object.metadata.name, object, {
        force: options.force,
        dryRun: options["dry-run"],
      });
      context.print(
        `${kind.singular}/${object.metadata.name} ${context.say(options["dry-run"] ? words("is right", "无误") : words("applied", "已应用"))}`,
      );
    }
    return exitCodes.ok;
  },
});

const remove = defineCommand({
  name: "delete",
  usage: "KIND NAME … | -f FILE",
  words: words("Delete objects; running tasks are cancelled first.", "删除对象；运行中的任务会先取消。"),
  options: {
    ...files,
    "no-wait": { type: "flag", words: words("Do not wait until they are gone.", "不等待删除完成。") },
  },
  completes: "kinds",
  async run(context, options, args) {
    const client = await context.client();
    for (const { kind, project, name } of await targetsOf(context, client, options.file, args)) {
      await client.resources(kind).delete(project, name);
      if (!options["no-wait"]) await gone(client, kind, project, name);
      context.print(`${kind.singular}/${name} ${context.say(words("deleted", "已删除"))}`);
    }
    return exitCodes.ok;
  },
});

interface Manifest {
  readonly path: string;
  readonly object: AnyResource;
}

async function allManifests(paths: readonly string[]): Promise<Manifest[]> {
  if (paths.length === 0) throw usageError("Name a file with -f.", "请用 -f 给出文件。");
  const read: Manifest[] = [];
  for (const path of paths) read.push(...(await readManifests(path)).map((object) => ({ path, object })));
  return read;
}

async function targetsOf(
  context: Context,
  client: Client,
  paths: readonly string[],
  args: readonly string[],
) {
  if (paths.length > 0) {
    const kinds = await client.kinds();
    return (await allManifests(paths)).map(({ object }) => {
      const kind = kindOf(kinds, object);
      return { kind, project: projectOf(context, kind, object), name: object.metadata.name };
    });
  }
  const { kind: text, names } = splitTarget(args);
  if (text === undefined || names.length === 0)
    throw usageError("Name a kind and an object, or a file with -f.", "请给出类型与对象，或用 -f 给出文件。");
  const kind = await kindNamed(client, text);
  return names.map((name) => ({ kind, project: kind.namespaced ? context.project : undefined, name }));
}

/** Waits until the name is free; finalizers may take their time. */
async function gone(
  client: Client,
  kind: KindDescription,
  project: string | undefined,
  name: string,
): Promise<void> {
  for (;;) {
    const { items } = await client
      .resources(kind)
      .list({ namespace: project, fieldSelector: `metadata.name=${name}` });
    if (items.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function kindOf(kinds: readonly KindDescription[], { apiVersion, kind }: AnyResource): KindDescription {
  const found = kinds.find(
    (each) =>
      each.kind === kind &&
      apiVersion === (each.group === "" ? each.version : `${each.group}/${each.version}`),
  );
  if (found) return found;
  throw new CommandError(
    exitCodes.invalid,
    words(`The server has no kind ${kind} in ${apiVersion}.`, `服务器没有 ${apiVersion} 的 ${kind} 类型。`),
  );
}

const projectOf = (context: Context, kind: KindDescription, { metadata }: AnyResource): string | undefined =>
  kind.namespaced ? (metadata.namespace ?? context.project) : undefined;

export const commands = [apply, remove];
