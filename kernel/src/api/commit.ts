import { createHash } from "node:crypto";
import { ApiError } from "../errors.ts";
import { keyOfKind } from "../kind.ts";
import type { AccessRequest } from "../permission.ts";
import type { Prepared, WriteContext } from "../prepare.ts";
import type { AnyResource, ObjectKey, Revision } from "../resource.ts";
import type { Committed, IdempotencyClaim, StoredObject } from "../store/port.ts";
import { serialise, stitch } from "../store/serialise.ts";
import { words, type Words } from "../words.ts";
import { guardOf } from "./access.ts";
import type { ApiContext, Caller, Target, WriteOptions, WriteResult } from "./types.ts";

const idempotencyKeyLimit = 255;
const triesOnConflict = 5;

/** One write asked for through the API, from permission to durable outcome. */
export interface WriteRequest {
  readonly context: ApiContext;
  readonly caller: Caller;
  readonly access: AccessRequest;
  readonly target: Target;
  readonly options: WriteOptions;
  /** What makes two requests the same, for the idempotency key. */
  readonly body: unknown;
  readonly warnings?: readonly Words[];
}

/** What to write, made from the object as it is now; undefined: nothing would change. */
export type Plan = (current: StoredObject | undefined) => Prepared | undefined;

export const writeContext = (
  { context, caller, access, options }: WriteRequest,
  verb: string = access.verb,
): WriteContext => ({
  environment: context.environment,
  audit: {
    actor: caller.principal.id,
    verb,
    requestId: caller.requestId,
    ...(access.subresource === undefined ? {} : { subresource: access.subresource }),
  },
  fieldManager: options.fieldManager ?? caller.principal.id,
});

/**
 * Plans upon the current object and commits, again when somebody else was faster; a plan that insists on a version
 * throws Conflict itself. What began upon one object never lands upon another one that took its name meanwhile.
 */
export async function write(request: WriteRequest, plan: Plan): Promise<WriteResult> {
  const replayed = await replay(request);
  if (replayed !== undefined) return replayed;
  let current = await read(request);
  for (let tries = 1; ; tries += 1) {
    const prepared = plan(current);
    try {
      return await settle(request, prepared, current);
    } catch (error) {
      const now = isRace(error) && tries < triesOnConflict ? await read(request) : current;
      if (now?.revision === current?.revision || isAnother(now, current)) throw error;
      current = now;
    }
  }
}

const read = ({ context, target }: WriteRequest): Promise<StoredObject | undefined> =>
  context.store.get(keyOfTarget(target));

const isRace = (error: unknown): boolean =>
  error instanceof ApiError && (error.reason === "Conflict" || error.reason === "AlreadyExists");

const isAnother = (now: StoredObject | undefined, seen: StoredObject | undefined): boolean =>
  now !== undefined && seen !== undefined && now.uid !== seen.uid;

const keyOfTarget = (target: Target): ObjectKey => ({
  kind: keyOfKind(target.kind),
  namespace: target.namespace,
  name: target.name,
});

/** Commits one planned write, or only shows its result for a dry run. */
export async function settle(
  request: WriteRequest,
  prepared: Prepared | undefined,
  current: StoredObject | undefined,
): Promise<WriteResult> {
  const { options, warnings = [] } = request;
  const created = prepared !== undefined && prepared.write.expected === 0;
  if (prepared === undefined) return { json: current?.json ?? "{}", created, replayed: false, warnings };
  if (created) await request.context.admit?.(request.target.kind, prepared.object as AnyResource);
  if (options.dryRun === true) {
    return { json: textAt(prepared, current?.revision), created, replayed: false, warnings };
  }
  const committed = await commit(request, [prepared]);
  return { json: committed.objects[0]!.json, created, replayed: committed.replayed, warnings };
}

function textAt(prepared: Prepared, revision: Revision | undefined): string {
  const text = serialise(prepared.object);
  return revision === undefined ? text : stitch(text, revision);
}

export async function commit(request: WriteRequest, prepared: readonly Prepared[]): Promise<Committed> {
  const { context, access } = request;
  const creates = prepared.some(({ write }) => write.expected === 0);
  const checks = creates ? await namespaceChecks(context, request.target) : [];
  const idempotency = claimOf(request);
  return context.store.commit({
    writes: prepared.map(({ write }) => write),
    guard: guardOf(context, access),
    timeMs: context.environment.clock.nowMs(),
    ...(checks.length === 0 ? {} : { checks }),
    ...(idempotency === undefined ? {} : { idempotency }),
  });
}

/** The namespace must exist, not be going away, and still be so when the new object commits. */
async function namespaceChecks(
  context: ApiContext,
  { namespace }: Target,
): Promise<{ key: ObjectKey; expected: Revision }[]> {
  const kind = context.namespaceKind;
  if (kind === undefined || namespace === "") return [];
  const key: ObjectKey = { kind: keyOfKind(kind), namespace: "", name: namespace };
  const found = await context.store.get(key);
  const details = { group: kind.group, kind: kind.plural, name: namespace };
  if (found === undefined) {
    throw new ApiError(
      "NotFound",
      words(`project "${namespace}" not found: create it first`, `项目“${namespace}”不存在：请先创建`),
      details,
    );
  }
  const leaving = (JSON.parse(found.json) as AnyResource).metadata.deletionTimestamp !== undefined;
  if (leaving) {
    throw new ApiError(
      "Forbidden",
      words(
        `project "${namespace}" is being deleted: nothing new can be created in it`,
        `项目“${namespace}”正在删除：不能再在其中新建对象`,
      ),
      details,
    );
  }
  return [{ key, expected: found.revision }];
}

function claimOf({ caller, access, target, options, body }: WriteRequest): IdempotencyClaim | undefined {
  const key = options.idempotencyKey;
  if (key === undefined || options.dryRun === true) return undefined;
  checkIdempotencyKey(key);
  const what = [access.verb, access.kind, access.subresource ?? "", target.namespace, target.name, body];
  return {
    scope: `${caller.principal.id}/${target.namespace}`,
    key,
    bodySha256: createHash("sha256").update(JSON.stringify(what)).digest("hex"),
  };
}

function checkIdempotencyKey(key: string): void {
  if (key.length > 0 && key.length <= idempotencyKeyLimit) return;
  throw new ApiError(
    "BadRequest",
    words(
      `Idempotency-Key must have 1 to ${idempotencyKeyLimit} characters`,
      `Idempotency-Key 须为 1 至 ${idempotencyKeyLimit} 个字符`,
    ),
  );
}

/** The outcome that this idempotency key had before. Asked with a check that never holds, so that nothing is claimed. */
export async function replay(request: WriteRequest): Promise<WriteResult | undefined> {
  const idempotency = claimOf(request);
  if (idempotency === undefined) return undefined;
  const { context, target, access } = request;
  try {
    const first = await context.store.commit({
      writes: [],
      checks: [{ key: keyOfTarget(target), expected: -1 }],
      guard: guardOf(context, access),
      idempotency,
      timeMs: context.environment.clock.nowMs(),
    });
    const json = first.objects[0]?.json ?? (await context.store.get(keyOfTarget(target)))?.json ?? "{}";
    return { json, created: false, replayed: true, warnings: [] };
  } catch (error) {
    // The check's own refusal names the object; that of a key used for another body does not.
    if (error instanceof ApiError && error.reason === "Conflict" && error.details.name === target.name)
      return undefined;
    throw error;
  }
}
