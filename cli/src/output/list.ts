import type { Client, KindAddress, ListOptions, Table } from "@yunhe/client";
import { stringify } from "yaml";
import type { Context } from "../command/context.ts";
import { tableText } from "./table.ts";

const pageSize = 500;

/** Lists objects the way the person asked for: as a table page by page, or all of them as JSON or YAML. */
export async function showList(
  context: Context,
  client: Client,
  kind: KindAddress,
  options: ListOptions & { readonly name?: string } = {},
): Promise<void> {
  const namespace = !kind.namespaced || context.allProjects ? undefined : context.project;
  const asked = { ...options, ...(namespace === undefined ? {} : { namespace }) };
  if (context.output === "json" || context.output === "yaml")
    return showObjects(context, client, kind, asked);
  let width: readonly number[] | undefined;
  let continueToken: string | undefined;
  do {
    const page: Table = await client
      .resources(kind)
      .table({ ...asked, ...(asked.name === undefined ? { limit: pageSize, continueToken } : {}) });
    if (context.output === "name")
      for (const { object } of page.rows) context.print(`${kind.plural}/${object.metadata.name}`);
    else
      width = tableText(
        page,
        {
          wide: context.output === "wide",
          namespace: kind.namespaced && context.allProjects,
          header: width === undefined,
          width,
        },
        context,
      );
    continueToken = page.metadata.continue === "" ? undefined : page.metadata.continue;
  } while (continueToken !== undefined);
}

async function showObjects(
  context: Context,
  client: Client,
  kind: KindAddress,
  { name, ...options }: ListOptions & { readonly name?: string },
): Promise<void> {
  const resources = client.resources(kind);
  if (name !== undefined) return show(context, await resources.get(options.namespace, name));
  const list = await resources.list({ ...options, limit: pageSize });
  while (list.metadata.continue) {
    const next = await resources.list({ ...options, limit: pageSize, continueToken: list.metadata.continue });
    list.items.push(...next.items);
    Object.assign(list.metadata, { continue: next.metadata.continue });
  }
  show(context, list);
}

/** One object or list as JSON or YAML. */
export const show = (context: Context, object: unknown): void =>
  context.print(context.output === "json" ? JSON.stringify(object, null, 2) : stringify(object).trimEnd());
