import { ApiError } from "../errors.ts";
import { keyOfKind } from "../kind.ts";
import { words } from "../words.ts";
import { type AccessTarget, accessRequest, authorizeMany, denial, manyDenial } from "./access.ts";
import { act } from "./act.ts";
import { apply, type ApplyOptions } from "./apply.ts";
import { create } from "./create.ts";
import { type DeleteOptions, type DeleteResult, remove, removeCollection } from "./delete.ts";
import { indexKinds, type KindIndex } from "./kind-index.ts";
import { patch, type PatchType } from "./patch.ts";
import { get, list, type ListQuery, type ListResult } from "./read.ts";
import type {
  ApiContext,
  ApiOptions,
  Caller,
  Collection,
  Target,
  WriteOptions,
  WriteResult,
} from "./types.ts";
import type { StoredObject } from "../store/port.ts";
import { update } from "./update.ts";
import { WatchHub, type WatchLimits } from "./watch/hub.ts";
import type { WatchRequest } from "./watch/watcher.ts";

/**
 * The verbs of the Kubernetes API over the kinds given. Every one asks the authorizer, writes ask again at the moment
 * of commit, and a denial is in the audit log before the caller learns of it. All throw {@link ApiError}.
 */
export interface Api {
  readonly kinds: KindIndex;
  readonly context: ApiContext;
  readonly watches: WatchHub;
  /** A subresource of any name is only asked permission for: its object is given. */
  get(caller: Caller, target: AccessTarget & { readonly name: string }): Promise<StoredObject>;
  list(caller: Caller, query: ListQuery): Promise<ListResult>;
  create(caller: Caller, collection: Collection, body: unknown, options?: WriteOptions): Promise<WriteResult>;
  update(caller: Caller, target: Target, body: unknown, options?: WriteOptions): Promise<WriteResult>;
  patch(
    caller: Caller,
    target: Target,
    type: PatchType,
    body: unknown,
    options?: WriteOptions,
  ): Promise<WriteResult>;
  apply(caller: Caller, target: Target, body: unknown, options: ApplyOptions): Promise<WriteResult>;
  delete(caller: Caller, target: Target, options?: DeleteOptions): Promise<DeleteResult>;
  deleteCollection(
    caller: Caller,
    query: ListQuery,
    options?: DeleteOptions,
  ): Promise<{ readonly items: readonly string[]; readonly revision: number }>;
  /** Runs a custom action; gives its handler's answer. */
  act(
    caller: Caller,
    target: Target,
    action: string,
    input: unknown,
    options?: WriteOptions,
  ): Promise<unknown>;
  /** Starts a watch once it is permitted; the function returned ends it. */
  watch(caller: Caller, request: WatchRequest): Promise<() => void>;
  /** Ends all watches; the store stays open. */
  close(): void;
}

export function openApi(options: ApiOptions, limits: Partial<WatchLimits> = {}): Api {
  const kinds = indexKinds(options.kinds);
  checkActions(options);
  const context: ApiContext = { ...options, kinds };
  const watches = new WatchHub(options.store, options.environment, limits);
  return {
    kinds,
    context,
    watches,
    get: (caller, target) => get(context, caller, target),
    list: (caller, query) => list(context, caller, query),
    create: (caller, collection, body, how) => create(context, caller, collection, body, how),
    update: (caller, target, body, how) => update(context, caller, target, body, how),
    patch: (caller, target, type, body, how) => patch(context, caller, target, type, body, how),
    apply: (caller, target, body, how) => apply(context, caller, target, body, how),
    delete: (caller, target, how) => remove(context, caller, target, how),
    deleteCollection: (caller, query, how) => removeCollection(context, caller, query, how),
    act: (caller, target, action, input, how) => act(context, caller, target, action, input, how),
    watch: (caller, request) => watch(context, watches, caller, request),
    close: () => watches.close(),
  };
}

async function watch(
  context: ApiContext,
  hub: WatchHub,
  caller: Caller,
  request: WatchRequest,
): Promise<() => void> {
  const selection = await authorizeMany(context, caller, "watch", request, request.selection);
  const access = accessRequest(caller, "watch", request);
  const isNarrowed = selection.visible !== undefined;
  return hub.open({
    ...request,
    selection,
    stillAllowed: async () =>
      (isNarrowed ? manyDenial(context, access) : denial(context, access)) ?? request.stillAllowed(),
  });
}

/** An action that is offered and does nothing would be a lie: found at start. */
function checkActions({ kinds, actions = {} }: ApiOptions): void {
  for (const kind of kinds) {
    for (const action of Object.keys(kind.actions)) {
      if (actions[keyOfKind(kind)]?.[action] !== undefined) continue;
      throw new ApiError(
        "InternalError",
        words(
          `the action "${action}" of ${keyOfKind(kind)} has no handler`,
          `${keyOfKind(kind)} 的操作“${action}”没有处理程序`,
        ),
      );
    }
  }
}
