import { type AnyKind, apiVersionOf } from "@yunhe/kernel";
import { z } from "zod";
import { type HttpApp, sendJson } from "../http/index.ts";
import { type Door, secured } from "./secured.ts";

/** `GET /yunhe/kinds`: every kind with its words, columns, actions and schema; what CLI and console are made from. */
export function kindRoutes(door: Door, kinds: readonly AnyKind[]): (app: HttpApp) => void {
  let text: string | undefined;
  return (app) =>
    secured(app, door, "GET", "/yunhe/kinds", undefined, async ({ outgoing }) => {
      text ??= JSON.stringify({ kinds: kinds.map(describeKind) });
      sendJson(outgoing, 200, text);
    });
}

const schemaOf = (type: z.ZodType): unknown => z.toJSONSchema(type, { io: "input", unrepresentable: "any" });

/** The kind as plain data; schemas describe what people may write. */
export function describeKind(kind: AnyKind): Record<string, unknown> {
  const {
    group,
    version,
    plural,
    singular,
    shortNames,
    categories,
    words,
    description,
    columns,
    readOnly,
    example,
  } = kind;
  const actions = Object.entries(kind.actions).map(([name, action]) => [
    name,
    {
      words: action.words,
      description: action.description,
      destructive: action.destructive ?? false,
      input: schemaOf(action.input),
    },
  ]);
  return {
    group,
    version,
    kind: kind.kind,
    plural,
    singular,
    shortNames,
    categories,
    words,
    description,
    columns,
    readOnly,
    example,
    apiVersion: apiVersionOf(kind),
    namespaced: kind.scope === "Namespaced",
    immutable: kind.immutable,
    actions: Object.fromEntries(actions),
    schema: schemaOf(z.object(kind.fields as z.ZodRawShape)),
  };
}
