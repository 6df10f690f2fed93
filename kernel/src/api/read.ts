import { ApiError } from "../errors.ts";
import { keyOfKind } from "../kind.ts";
import type { AnyResource, ObjectKey, Revision } from "../resource.ts";
import type { ListPage, StoredObject } from "../store/port.ts";
import { notFound } from "../store/refusals.ts";
import { words } from "../words.ts";
import { type AccessTarget, authorize, authorizeMany } from "./access.ts";
import { decodeContinue, encodeContinue } from "./continue-token.ts";
import { everything, matches, selectedName, type Selection, selectsAll } from "./selectors.ts";
import type { ApiContext, Caller, Collection, Target } from "./types.ts";

export const keyOf = (target: Pick<Target, "kind" | "namespace" | "name">): ObjectKey => ({
  kind: keyOfKind(target.kind),
  namespace: target.namespace,
  name: target.name,
});

/** The object as stored. Throws Forbidden or NotFound. */
export async function get(
  context: ApiContext,
  caller: Caller,
  target: AccessTarget & { readonly name: string },
): Promise<StoredObject> {
  const { visible } = await authorizeMany(context, caller, "get", target);
  const found = await context.store.get(keyOf(target));
  if (visible !== undefined && !(found && visible(JSON.parse(found.json) as AnyResource))) {
    // Whether it is there is not for everybody to know.
    await authorize(context, caller, "get", target);
  }
  if (found === undefined) throw notFound(keyOf(target));
  return found;
}

export interface ListQuery extends Collection {
  readonly selection?: Selection;
  readonly limit?: number;
  /** Token of the previous page: the list goes on in the same snapshot. */
  readonly continue?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: "Exact" | "NotOlderThan";
}

export interface ListResult {
  readonly items: readonly StoredObject[];
  readonly revision: Revision;
  readonly continue: string | undefined;
}

const pageSize = 500;

/** One page of the objects selected, all of one revision. */
export async function list(context: ApiContext, caller: Caller, query: ListQuery): Promise<ListResult> {
  const selection = await authorizeMany(context, caller, "list", query, query.selection);
  return listSelected(context, { ...query, selection });
}

export async function listSelected(context: ApiContext, query: ListQuery): Promise<ListResult> {
  const selection = query.selection ?? everything;
  const name = selectedName(selection);
  const alone = name !== undefined && (query.namespace !== "" || query.kind.scope === "Cluster");
  if (alone && query.continue === undefined && query.resourceVersionMatch !== "Exact") {
    return listOne(context, query, selection, name);
  }
  const from = startOf(context, query);
  return collect(context, query, selection, from);
}

interface Start {
  readonly at: Revision | undefined;
  readonly after: { readonly namespace: string; readonly name: string } | undefined;
}

function startOf(context: ApiContext, query: ListQuery): Start {
  if (query.continue !== undefined) return decodeContinue(query.continue);
  const asked = parseRevision(query.resourceVersion);
  if (asked === undefined || asked === 0) return { at: undefined, after: undefined };
  if (asked > context.store.revision()) throw tooLarge(asked, context.store.revision());
  return { at: query.resourceVersionMatch === "Exact" ? asked : undefined, after: undefined };
}

/** Undefined where nothing was said; throws BadRequest on what no list ever gave. */
export function parseRevision(text: string | undefined): Revision | undefined {
  if (text === undefined || text === "") return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new ApiError(
    "BadRequest",
    words(
      `resourceVersion: "${text}" is not one that a list or object gave`,
      `resourceVersion：“${text}”不是列表或对象给出的版本`,
    ),
    {
      causes: [
        {
          field: "resourceVersion",
          reason: "FieldValueInvalid",
          message: words("must be one that a list or an object gave", "必须是列表或对象给出的版本"),
        },
      ],
    },
  );
}

export const tooLarge = (asked: Revision, latest: Revision): ApiError =>
  new ApiError(
    "Timeout",
    words(
      `Too large resource version: ${asked}, current: ${latest}; list again without it`,
      `资源版本过大：${asked}，当前为 ${latest}；请不带该参数重新列出`,
    ),
    {
      retryAfterSeconds: 1,
      causes: [
        // client-go recognises this one by its text.
        {
          field: "",
          reason: "ResourceVersionTooLarge",
          message: words("Too large resource version", "资源版本过大"),
        },
      ],
    },
  );

async function listOne(
  context: ApiContext,
  query: ListQuery,
  selection: Selection,
  name: string,
): Promise<ListResult> {
  startOf(context, query);
  const revision = context.store.revision();
  const found = await context.store.get({ kind: keyOfKind(query.kind), namespace: query.namespace, name });
  const items = found !== undefined && matches(selection, JSON.parse(found.json)) ? [found] : [];
  return { items, revision: Math.max(revision, found?.revision ?? 0), continue: undefined };
}

async function collect(
  context: ApiContext,
  query: ListQuery,
  selection: Selection,
  start: Start,
): Promise<ListResult> {
  const limit = query.limit === undefined || query.limit === 0 ? Infinity : query.limit;
  const items: StoredObject[] = [];
  let { at, after } = start;
  for (;;) {
    const page = await readPage(
      context,
      query,
      selectsAll(selection) ? limit - items.length : Infinity,
      at,
      after,
    );
    at = page.revision;
    const full = take(page, selection, limit, items);
    const last = items.at(-1);
    if (full !== undefined) {
      return { items, revision: at, continue: full && last ? encodeContinue(at, last.key) : undefined };
    }
    after = page.items.at(-1)!.key;
  }
}

/** Undefined: read on. Else whether more may follow the last item taken. */
function take(
  page: ListPage,
  selection: Selection,
  limit: number,
  items: StoredObject[],
): boolean | undefined {
  for (const [index, item] of page.items.entries()) {
    if (!selectsAll(selection) && !matches(selection, JSON.parse(item.json))) continue;
    items.push(item);
    if (items.length >= limit) return page.more || index < page.items.length - 1;
  }
  return page.more ? undefined : false;
}

function readPage(
  context: ApiContext,
  query: ListQuery,
  wanted: number,
  at: Revision | undefined,
  after: Start["after"],
): Promise<ListPage> {
  return context.store.list({
    kind: keyOfKind(query.kind),
    limit: Math.min(pageSize, wanted),
    ...(query.namespace === "" ? {} : { namespace: query.namespace }),
    ...(after === undefined ? {} : { after }),
    ...(at === undefined ? {} : { at }),
  });
}
