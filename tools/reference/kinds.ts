import type { JsonSchema } from "@yunhe/client";
import { type AnyKind, apiVersionOf, keyOfKind } from "@yunhe/kernel";
import { allKinds } from "@yunhe/server";
import { stringify } from "yaml";
import { describeKind } from "../../server/src/routes/kinds.ts";
import { code, type Page, table } from "./page.ts";

/** One page per kind, both languages side by side: names of fields are the same in all of them. */
export const kindPages = (): Page[] =>
  allKinds
    .toSorted((a, b) => (keyOfKind(a) < keyOfKind(b) ? -1 : 1))
    .map((kind) => ({
      path: `kinds/${kind.plural}.md`,
      title: { en: `Kind ${kind.kind}`, zh: `类型 ${kind.kind}（${kind.words.zh}）` },
      text: pageOf(kind),
    }));

function pageOf(kind: AnyKind): string {
  const actions = Object.entries(kind.actions);
  return [
    `# ${kind.kind} · ${kind.words.zh}`,
    `${kind.description.en}  \n${kind.description.zh}`,
    factsOf(kind),
    "## Fields · 字段",
    table(["Field · 字段", "Type · 类型", "Default · 默认", "Meaning", "含义"], fieldRows(kind)),
    ...(actions.length === 0 ? [] : ["## Actions · 操作", actionTable(kind)]),
    "## Columns · 列",
    table(
      ["Column", "列", "Path · 路径"],
      kind.columns.map((column) => [column.name.en, column.name.zh, code(column.path)]),
    ),
    "## Example · 示例",
    `\`\`\`yaml\n${stringify(kind.example).trimEnd()}\n\`\`\``,
  ].join("\n\n");
}

function factsOf(kind: AnyKind): string {
  const { group, version, plural, shortNames, scope, readOnly, immutable } = kind;
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const place = scope === "Namespaced" ? "/namespaces/PROJECT" : "";
  const rows = [
    ["apiVersion", code(apiVersionOf(kind))],
    ["Path · 路径", code(`${root}${place}/${plural}`)],
    ["Names · 名称", [...new Set([plural, kind.singular, ...shortNames])].map(code).join(", ")],
    ["Scope · 范围", scope === "Namespaced" ? "project · 项目" : "cluster · 集群"],
    ...(readOnly ? [["Written by · 写入者", "the control plane alone · 仅控制面"]] : []),
    ...(immutable.length === 0
      ? []
      : [["Fixed after creation · 创建后不可改", immutable.map(code).join(", ")]]),
  ];
  return table(["", ""], rows);
}

const actionTable = (kind: AnyKind): string =>
  table(
    ["Action · 操作", "Meaning", "含义"],
    Object.entries(kind.actions).map(([name, { description }]) => [
      code(name),
      description.en,
      description.zh,
    ]),
  );

type Schema = JsonSchema & { readonly "x-yunhe-zh"?: string };

function fieldRows(kind: AnyKind): string[][] {
  const schema = describeKind(kind)["schema"] as Schema;
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    rowsOf(name, field, (schema.required ?? []).includes(name)),
  );
}

/** The field and everything in it: `spec.inputs[].path`, `spec.env.*`. */
function rowsOf(path: string, schema: Schema, required: boolean): string[][] {
  const own = [
    code(path),
    typeText(schema) + (required ? " **\\***" : ""),
    schema.default === undefined || isEmpty(schema.default) ? "" : code(JSON.stringify(schema.default)),
    schema.description ?? "",
    schema["x-yunhe-zh"] ?? "",
  ];
  return [own, ...innerRows(path, schema)];
}

function innerRows(path: string, schema: Schema): string[][] {
  const inner = Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    rowsOf(`${path}.${name}`, field, (schema.required ?? []).includes(name)),
  );
  if (schema.items) inner.push(...innerRows(`${path}[]`, schema.items));
  if (typeof schema.additionalProperties === "object")
    inner.push(...innerRows(`${path}.*`, schema.additionalProperties));
  for (const choice of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])])
    inner.push(...innerRows(path, choice));
  return inner;
}

const isEmpty = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;

function typeText(schema: Schema): string {
  if (schema.enum) return schema.enum.map((value) => code(String(value))).join(", ");
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  const choices = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (choices.length > 0) return [...new Set(choices.map(typeText))].join(" or ");
  if (schema.items) return `list of ${typeText(schema.items)}`;
  if (schema.type === "object" && typeof schema.additionalProperties === "object")
    return `map to ${typeText(schema.additionalProperties)}`;
  return [schema.type ?? "any"].flat().join(" or ");
}
