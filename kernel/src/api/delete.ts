import { ApiError } from "../errors.ts";
import { foregroundFinalizer, orphanFinalizer } from "../reconcile/collector.ts";
import { prepareDelete, type FinalizerChanges } from "../prepare.ts";
import type { AnyResource } from "../resource.ts";
import { isRecord } from "../validation/paths.ts";
import { words } from "../words.ts";
import { authorize } from "./access.ts";
import { write, writeContext, type WriteRequest } from "./commit.ts";
import { keyOf, listSelected, type ListQuery } from "./read.ts";
import type { ApiContext, Caller, Target, WriteOptions, WriteResult } from "./types.ts";
import { currentOf } from "./update.ts";

export interface DeleteOptions extends WriteOptions {
  /** What happens to objects that name this one as their owner: deleted after it, before it, or left alone. */
  readonly propagationPolicy?: "Background" | "Foreground" | "Orphan";
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

export interface DeleteResult extends WriteResult {
  /** False while finalizers keep the object. */
  readonly gone: boolean;
  readonly uid: string;
}

/** Reads a `DeleteOptions` body; throws BadRequest that names the field. */
export function readDeleteOptions(body: unknown): DeleteOptions {
  if (body === undefined || body === null) return {};
  if (!isRecord(body))
    throw invalidOption("body", "must be an object of kind DeleteOptions", "必须是 DeleteOptions 对象");
  const { propagationPolicy: policy, preconditions, dryRun, orphanDependents } = body;
  if (policy !== undefined && policy !== null && !isPolicy(policy)) {
    throw invalidOption(
      "propagationPolicy",
      "must be Background, Foreground or Orphan",
      "必须是 Background、Foreground 或 Orphan",
    );
  }
  return {
    ...(isPolicy(policy) ? { propagationPolicy: policy } : {}),
    ...(orphanDependents === true ? { propagationPolicy: "Orphan" as const } : {}),
    ...(preconditions === undefined || preconditions === null
      ? {}
      : { preconditions: readPreconditions(preconditions) }),
    ...(Array.isArray(dryRun) && dryRun.includes("All") ? { dryRun: true } : {}),
  };
}

const isPolicy = (value: unknown): value is NonNullable<DeleteOptions["propagationPolicy"]> =>
  value === "Background" || value === "Foreground" || value === "Orphan";

function readPreconditions(given: unknown): NonNullable<DeleteOptions["preconditions"]> {
  if (!isRecord(given)) throw invalidOption("preconditions", "must be an object", "必须是对象");
  for (const name of ["uid", "resourceVersion"]) {
    const value = given[name];
    if (value !== undefined && value !== null && typeof value !== "string") {
      throw invalidOption(`preconditions.${name}`, "must be text", "必须是文本");
    }
  }
  return {
    ...(typeof given["uid"] === "string" ? { uid: given["uid"] } : {}),
    ...(typeof given["resourceVersion"] === "string" ? { resourceVersion: given["resourceVersion"] } : {}),
  };
}

const invalidOption = (field: string, en: string, zh: string): ApiError =>
  new ApiError("BadRequest", words(`${field} ${en}`, `${field} ${zh}`), {
    causes: [{ field, reason: "FieldValueInvalid", message: words(en, zh) }],
  });

/** Removes an object, or marks it for deletion while finalizers remain. */
export async function remove(
  context: ApiContext,
  caller: Caller,
  target: Target,
  options: DeleteOptions = {},
): Promise<DeleteResult> {
  const access = await authorize(context, caller, "delete", target);
  const request: WriteRequest = { context, caller, access, target, options, body: null };
  return removeOne(request, options);
}

async function removeOne(request: WriteRequest, options: DeleteOptions): Promise<DeleteResult> {
  const { target } = request;
  let gone = false;
  const result = await write(request, (current) => {
    const previous = currentOf(target, current);
    checkPreconditions(target, previous, options.preconditions);
    const prepared = prepareDelete(
      target.kind,
      previous,
      writeContext(request, "delete"),
      finalizersFor(options),
    );
    gone = prepared?.write.delete === true;
    return prepared;
  });
  const { uid, deletionTimestamp, finalizers } = (JSON.parse(result.json) as AnyResource).metadata;
  const replayedGone =
    result.replayed && (deletionTimestamp === undefined || (finalizers ?? []).length === 0);
  return { ...result, gone: gone || replayedGone, uid };
}

function finalizersFor({ propagationPolicy: policy }: DeleteOptions): FinalizerChanges {
  if (policy === "Foreground")
    return { addFinalizers: [foregroundFinalizer], removeFinalizers: [orphanFinalizer] };
  if (policy === "Orphan")
    return { addFinalizers: [orphanFinalizer], removeFinalizers: [foregroundFinalizer] };
  return {};
}

function checkPreconditions(
  target: Target,
  current: AnyResource,
  wanted: DeleteOptions["preconditions"] = {},
): void {
  const { uid, resourceVersion } = current.metadata;
  const failed =
    wanted.uid !== undefined && wanted.uid !== uid
      ? (["uid", wanted.uid, uid] as const)
      : wanted.resourceVersion !== undefined && wanted.resourceVersion !== resourceVersion
        ? (["resourceVersion", wanted.resourceVersion, resourceVersion] as const)
        : undefined;
  if (failed === undefined) return;
  const [field, asked, found] = failed;
  throw new ApiError(
    "Conflict",
    words(
      `Precondition failed: ${field} in precondition: ${asked}, ${field} of ${keyOf(target).kind} "${target.name}": ${found}; read it again`,
      `前提条件不成立：要求 ${field} 为 ${asked}，而 ${keyOf(target).kind}“${target.name}”的 ${field} 为 ${found}；请重新读取`,
    ),
    { group: target.kind.group, kind: target.kind.plural, name: target.name, uid },
  );
}

/** Deletes every object selected, one transaction each; gives those that were there, as they were or are marked. */
export async function removeCollection(
  context: ApiContext,
  caller: Caller,
  query: ListQuery,
  options: DeleteOptions = {},
): Promise<{ readonly items: readonly string[]; readonly revision: number }> {
  const access = await authorize(context, caller, "deletecollection", query);
  const found = await listSelected(context, query);
  const removed = await Promise.all(
    found.items.map(({ key }) => {
      const target: Target = { kind: query.kind, namespace: key.namespace, name: key.name };
      const request: WriteRequest = { context, caller, access, target, options, body: null };
      return removeOne(request, options).catch(ignoreGone);
    }),
  );
  return {
    items: removed.flatMap((result) => (result ? [result.json] : [])),
    revision: context.store.revision(),
  };
}

function ignoreGone(error: unknown): undefined {
  if (error instanceof ApiError && error.reason === "NotFound") return undefined;
  throw error;
}
