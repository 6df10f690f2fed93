import type { JsonSchema, KindDescription } from "@yunhe/client";
import { words } from "@yunhe/client";
import type { Context } from "../command/context.ts";
import { defineCommand } from "../command/define.ts";
import { CommandError, exitCodes, usageError } from "../command/errors.ts";
import { kindNamed } from "../kinds.ts";

const explain = defineCommand({
  name: "explain",
  usage: "KIND[.FIELD …]",
  words: words("Say what a kind or a field means.", "说明某类型或字段的含义。"),
  options: {},
  completes: "kinds",
  examples: ["yunhe explain task", "yunhe explain task.spec.resources"],
  async run(context, _options, [path]) {
    if (path === undefined)
      throw usageError("Name a kind, or a field such as task.spec.", "请给出类型，或字段，如 task.spec。");
    const [text = "", ...fields] = path.split(".");
    const client = await context.client();
    const kind = await kindNamed(client, text);
    let schema = kind.schema;
    for (const name of fields) schema = step(schema, name, path);
    for (const line of lines(context, kind, fields, schema)) context.print(line);
    return exitCodes.ok;
  },
});

/** Through lists and alternatives to the named field. */
function step(schema: JsonSchema, name: string, path: string): JsonSchema {
  const inner = objectOf(schema)?.properties?.[name];
  if (inner) return inner;
  const known = Object.keys(objectOf(schema)?.properties ?? {}).join(", ");
  throw new CommandError(
    exitCodes.notFound,
    words(`${path} has no field ${name}.`, `${path} 没有字段 ${name}。`),
    undefined,
    words(`There are: ${known || "none"}.`, `可用字段：${known || "无"}。`),
  );
}

function objectOf(schema: JsonSchema | undefined): JsonSchema | undefined {
  if (!schema || schema.properties) return schema;
  if (schema.items) return objectOf(schema.items);
  return [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map(objectOf).find((each) => each?.properties);
}

function* lines(
  context: Context,
  kind: KindDescription,
  fields: readonly string[],
  schema: JsonSchema,
): Generator<string> {
  const { say } = context;
  yield `${say(kind.words)} (${kind.kind}, ${kind.group === "" ? "" : `${kind.group}/`}${kind.version})`;
  if (fields.length > 0) yield `${fields.join(".")} <${typeText(schema)}>`;
  yield "";
  yield `  ${fields.length > 0 ? text(context, schema) : say(kind.description)}`;
  const inner = Object.entries(objectOf(schema)?.properties ?? {});
  if (inner.length > 0) yield "";
  for (const [name, field] of inner) {
    const initial =
      field.default === undefined || typeof field.default === "object"
        ? ""
        : ` = ${JSON.stringify(field.default)}`;
    yield `  ${name} <${typeText(field)}>${initial}`;
    const about = text(context, field);
    if (about !== "") yield `      ${about}`;
  }
  if (fields.length === 0 && Object.keys(kind.actions).length > 0) {
    yield "";
    yield say(words("Actions:", "操作："));
    for (const [name, action] of Object.entries(kind.actions)) yield `  ${name}: ${say(action.description)}`;
  }
}

const text = ({ language }: Context, schema: JsonSchema): string =>
  (language === "zh" ? schema["x-yunhe-zh"] : undefined) ?? schema.description ?? "";

function typeText(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.map(String).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const choices = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (choices.length > 0) return [...new Set(choices.map(typeText))].join(" | ");
  if (schema.items) return `[]${typeText(schema.items)}`;
  if (schema.type === "object" && typeof schema.additionalProperties === "object")
    return `map of ${typeText(schema.additionalProperties)}`;
  return [schema.type ?? "any"].flat().join(" | ");
}

export const commands = [explain];
