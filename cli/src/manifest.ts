import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import type { Client } from "@yunhe/client";
import type { AnyResource } from "@yunhe/kernel";
import { words } from "@yunhe/client";
import { parseAllDocuments } from "yaml";
import { CommandError, exitCodes } from "./command/errors.ts";
import { uploadInput } from "./task/inputs.ts";

/** Aliases may stand for at most so many nodes: a file of a few lines must not grow to gigabytes. */
const maxAliasCount = 100;

/** Objects in a YAML or JSON file, `---` between them; `-` reads standard input. */
export async function readManifests(path: string): Promise<AnyResource[]> {
  const text = await source(path);
  const documents = parseAllDocuments(text, { uniqueKeys: true });
  const list = Array.isArray(documents) ? documents : [];
  return list.flatMap((document, index) => {
    const [error] = document.errors;
    if (error) throw broken(path, index, error.message.split("\n")[0] ?? error.message);
    const value = parsed(path, index, () => document.toJS({ maxAliasCount }) as unknown);
    if (value === null) return [];
    const items = isList(value) ? value.items : [value];
    return items.map((item) => checked(path, index, item));
  });
}

async function source(path: string): Promise<string> {
  if (path !== "-") {
    const text = await readFile(path, "utf8").catch(() => undefined);
    if (text !== undefined) return text;
    throw new CommandError(
      exitCodes.failed,
      words("A manifest cannot be read.", "清单文件无法读取。"),
      words(`-f ${path}`, `-f ${path}`),
      words("Check the path and its permissions.", "请检查路径与权限。"),
    );
  }
  let text = "";
  for await (const chunk of process.stdin.setEncoding("utf8")) text += chunk as string;
  return text;
}

function parsed(path: string, index: number, read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    throw broken(path, index, error instanceof Error ? error.message : String(error));
  }
}

const isList = (value: unknown): value is { items: unknown[] } =>
  typeof value === "object" &&
  value !== null &&
  "items" in value &&
  Array.isArray(value.items) &&
  String((value as { kind?: unknown }).kind).endsWith("List");

function checked(path: string, index: number, item: unknown): AnyResource {
  const object = item as Partial<AnyResource> | null;
  const missing = ["apiVersion", "kind"].find((name) => typeof object?.[name] !== "string");
  if (missing !== undefined) throw broken(path, index, `${missing} is missing`);
  if (typeof object?.metadata?.name !== "string") throw broken(path, index, "metadata.name is missing");
  return object as AnyResource;
}

const broken = (path: string, index: number, why: string): CommandError =>
  new CommandError(
    exitCodes.invalid,
    words(`A manifest is not right: ${why}.`, `清单有误：${why}。`),
    words(`Document ${index + 1} of ${path}.`, `${path} 的第 ${index + 1} 个文档。`),
    words("Correct it; nothing was applied.", "请更正；未应用任何内容。"),
  );

/**
 * Tasks may name files of this machine: `spec.inputs: [{path: train.js, from: ./train.js}]`, relative to the manifest.
 * They are uploaded here, and the server sees their digests.
 */
export async function withLocalInputs(
  client: Client,
  project: string | undefined,
  manifest: string,
  object: AnyResource,
): Promise<AnyResource> {
  const spec = object["spec"] as { readonly inputs?: unknown } | null | undefined;
  if (object.kind !== "Task" || !Array.isArray(spec?.inputs)) return object;
  const folder = manifest === "-" ? "." : dirname(manifest);
  const inputs: unknown[] = [];
  for (const [index, input] of (spec.inputs as readonly unknown[]).entries()) {
    const { from, path, ...rest } = (input ?? {}) as { from?: unknown; path?: unknown };
    if (typeof from !== "string" || (path !== undefined && typeof path !== "string")) {
      inputs.push(input);
      continue;
    }
    const where = `spec.inputs[${index}].from, task ${object.metadata.name}`;
    const local = { local: resolve(folder, from), path: path ?? basename(from), where };
    for (const file of await uploadInput(client, project ?? "default", local))
      inputs.push({ ...rest, ...file });
  }
  return { ...object, spec: { ...spec, inputs } };
}
