import { isDeepStrictEqual } from "node:util";
import type { Environment } from "./environment.ts";
import { ApiError, type Cause } from "./errors.ts";
import { acceptManaged, trackCreate, trackUpdate } from "./fields/track.ts";
import { type AnyKind, apiVersionOf, keyOfKind } from "./kind.ts";
import type { AnyResource, ManagedFields, ObjectKey, ObjectMeta, Uid } from "./resource.ts";
import type { Write, WriteAudit } from "./store/port.ts";
import { serialise, type Unversioned } from "./store/serialise.ts";
import { isRecord } from "./validation/paths.ts";
import { invalidObject, validate } from "./validation/validate.ts";
import { words } from "./words.ts";

/**
 * Turns what somebody wants into one {@link Write} of the store. The API and the reconcilers' {@link Objects} both go
 * through here, so that schemas, defaults, generation, finalizers and field ownership hold for everybody.
 */
export interface WriteContext {
  readonly environment: Environment;
  readonly audit: WriteAudit;
  /** Whose fields these are (server-side apply). Undefined: not tracked, unless somebody else tracks this object. */
  readonly fieldManager?: string;
}

export interface Prepared {
  readonly write: Write;
  /** The object as it will be stored, without its new resourceVersion. */
  readonly object: Unversioned;
}

export interface UpdateOptions {
  readonly subresource?: "status";
  /** The result of a server-side apply; else ownership follows from what changed. */
  readonly managedFields?: readonly ManagedFields[];
}

export type NewMetadata = Partial<ObjectMeta>;

const nameAlphabet = "bcdfghjklmnpqrstvwxz2456789";
const nameSuffixLength = 5;
const nameLimit = 253;

/** `task-` → `task-x7k2m`, as Kubernetes does it. */
export function generateName(prefix: string, environment: Environment): string {
  let suffix = "";
  for (let count = 0; count < nameSuffixLength; count += 1) {
    suffix += nameAlphabet[Math.floor(environment.random.next() * nameAlphabet.length)]!;
  }
  return prefix.slice(0, nameLimit - nameSuffixLength) + suffix;
}

/** A new object with its uid, generation and time. Throws Invalid with a cause for each wrong field. */
export function prepareCreate(
  kind: AnyKind,
  draft: { readonly metadata: NewMetadata; readonly [field: string]: unknown },
  context: WriteContext,
  options: UpdateOptions = {},
): Prepared {
  const time = new Date(context.environment.clock.nowMs()).toISOString();
  const given = draft.metadata;
  const name =
    given.name || (given.generateName ? generateName(given.generateName, context.environment) : "");
  const metadata = orderMetadata({
    ...given,
    name,
    uid: given.uid ?? (context.environment.random.uuid() as Uid),
    generation: 1,
    creationTimestamp: time,
    finalizers: unionOf(given.finalizers, kind.finalizers),
    deletionTimestamp: undefined,
    deletionGracePeriodSeconds: undefined,
    managedFields: undefined,
  });
  const object = accept(kind, { ...draft, apiVersion: apiVersionOf(kind), kind: kind.kind, metadata });
  const managed =
    options.managedFields ??
    (context.fieldManager === undefined
      ? []
      : trackCreate(kind, object, { name: context.fieldManager, time }));
  if (managed.length > 0) object.metadata.managedFields = [...managed];
  return prepared(kind, object, 0, context);
}

/**
 * The next version of an object, or undefined when nothing would change. `next` counts as based on `previous`: compare
 * resourceVersions before. For the status subresource only `next.status` is taken, else everything but the status.
 */
export function prepareUpdate(
  kind: AnyKind,
  previous: AnyResource,
  next: AnyResource,
  context: WriteContext,
  options: UpdateOptions = {},
): Prepared | undefined {
  checkIdentity(kind, previous, next);
  const proposed =
    options.subresource === "status" ? { ...previous, status: next.status } : mainOf(previous, next);
  const object = accept(kind, proposed, previous, options.subresource);
  if (specChanged(kind, previous, object)) object.metadata.generation = previous.metadata.generation + 1;
  const managed = managedAfter(kind, previous, object, next, context, options);
  if (managed.length > 0) object.metadata.managedFields = managed;
  else delete object.metadata.managedFields;
  if (unchanged(previous, object)) return undefined;
  const done =
    object.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).length === 0;
  return prepared(kind, object, Number(previous.metadata.resourceVersion), context, done);
}

export interface FinalizerChanges {
  /** Finalizers to add, such as `foregroundDeletion`. */
  readonly addFinalizers?: readonly string[];
  readonly removeFinalizers?: readonly string[];
}

/** Marks for deletion while finalizers remain, else removes; undefined when it is marked already. */
export function prepareDelete(
  kind: AnyKind,
  previous: AnyResource,
  context: WriteContext,
  options: FinalizerChanges = {},
): Prepared | undefined {
  const dropped = new Set(options.removeFinalizers);
  const finalizers = unionOf(previous.metadata.finalizers, options.addFinalizers).filter(
    (name) => !dropped.has(name),
  );
  const expected = Number(previous.metadata.resourceVersion);
  if (finalizers.length === 0)
    return prepared(
      kind,
      { ...previous, metadata: orderMetadata({ ...previous.metadata, finalizers }) },
      expected,
      context,
      true,
    );
  const metadata = orderMetadata({
    ...previous.metadata,
    finalizers,
    deletionTimestamp:
      previous.metadata.deletionTimestamp ?? new Date(context.environment.clock.nowMs()).toISOString(),
    deletionGracePeriodSeconds: 0,
  });
  if (previous.metadata.deletionTimestamp === undefined) metadata.generation += 1;
  const object = { ...previous, metadata };
  return unchanged(previous, object) ? undefined : prepared(kind, object, expected, context);
}

/** Undefined values vanish; the order is that of the documentation, so that equal objects have equal text. */
function orderMetadata(given: {
  readonly [Name in keyof ObjectMeta]?: ObjectMeta[Name] | undefined;
}): ObjectMeta {
  const { finalizers, ownerReferences } = given;
  const tidy: Record<string, unknown> = {
    ...given,
    generateName: given.generateName || undefined,
    namespace: given.namespace || undefined,
    finalizers: finalizers?.length === 0 ? undefined : finalizers,
    ownerReferences: ownerReferences?.length === 0 ? undefined : ownerReferences,
    selfLink: undefined,
  };
  const ordered: Record<string, unknown> = {};
  for (const key of new Set([...metadataOrder, ...Object.keys(tidy)])) {
    if (tidy[key] !== undefined && tidy[key] !== null) ordered[key] = tidy[key];
  }
  return ordered as unknown as ObjectMeta;
}

const metadataOrder: readonly (keyof ObjectMeta)[] = [
  "name", "generateName", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp",
  "deletionTimestamp", "deletionGracePeriodSeconds", "labels", "annotations", "finalizers", "ownerReferences",
  "managedFields",
]; // prettier-ignore

function unionOf(left: readonly string[] | undefined, right: readonly string[] | undefined): string[] {
  // A wrong type passes unchanged: validation names it.
  if (left !== undefined && left !== null && !Array.isArray(left)) return left as unknown as string[];
  return [...new Set([...(left ?? []), ...(right ?? [])])];
}

function accept(
  kind: AnyKind,
  object: AnyResource,
  previous?: AnyResource,
  subresource?: "status",
): AnyResource {
  const { object: parsed, causes } = validate(kind, object, previous, subresource && [subresource]);
  if (causes.length > 0) throw invalidObject(kind, object.metadata.name, causes);
  return { ...parsed, metadata: { ...parsed.metadata } };
}

/** The system's own metadata stays as it was, whatever `next` says. */
function mainOf(previous: AnyResource, next: AnyResource): AnyResource {
  const was = previous.metadata;
  const metadata = orderMetadata({
    ...next.metadata,
    name: was.name,
    generateName: was.generateName,
    namespace: was.namespace,
    uid: was.uid,
    resourceVersion: was.resourceVersion,
    generation: was.generation,
    creationTimestamp: was.creationTimestamp,
    deletionTimestamp: was.deletionTimestamp,
    deletionGracePeriodSeconds: was.deletionGracePeriodSeconds,
    managedFields: undefined,
  });
  const { status: _ignored, ...rest } = next;
  return {
    ...rest,
    ...(previous.status === undefined ? {} : { status: previous.status }),
    apiVersion: previous.apiVersion,
    kind: previous.kind,
    metadata,
  };
}

function checkIdentity(kind: AnyKind, previous: AnyResource, next: AnyResource): void {
  const { uid, name, namespace } = next.metadata;
  if (uid && uid !== previous.metadata.uid) {
    throw new ApiError(
      "Conflict",
      words(
        `${kind.kind} "${previous.metadata.name}" now has uid ${previous.metadata.uid}, not ${uid}: it was deleted and created anew; read it again`,
        `${kind.words.zh}“${previous.metadata.name}”的 uid 现为 ${previous.metadata.uid}，而不是 ${uid}：它已被删除并重新创建，请重新读取`,
      ),
      { group: kind.group, kind: kind.kind, name: previous.metadata.name },
    );
  }
  const causes: Cause[] = [];
  if (name !== undefined && name !== previous.metadata.name) causes.push(fixed("metadata.name", name));
  if (namespace && namespace !== previous.metadata.namespace)
    causes.push(fixed("metadata.namespace", namespace));
  if (previous.metadata.deletionTimestamp !== undefined) {
    const before = previous.metadata.finalizers ?? [];
    const added = unionOf(next.metadata.finalizers, []);
    if (Array.isArray(added) && added.some((item) => !before.includes(item))) {
      causes.push({
        field: "metadata.finalizers",
        reason: "FieldValueForbidden",
        message: words(
          "no finalizer can be added once the object is being deleted",
          "对象正在删除，不能再添加终结器",
        ),
      });
    }
  }
  if (causes.length > 0) throw invalidObject(kind, previous.metadata.name, causes);
}

const fixed = (field: string, value: unknown): Cause => ({
  field,
  reason: "FieldValueForbidden",
  message: words(`cannot change to ${JSON.stringify(value)}`, `不能更改为 ${JSON.stringify(value)}`),
});

const specChanged = (kind: AnyKind, previous: AnyResource, next: AnyResource): boolean =>
  Object.keys(kind.fields).some(
    (name) => name !== "status" && !isDeepStrictEqual(previous[name], next[name]),
  );

function managedAfter(
  kind: AnyKind,
  previous: AnyResource,
  object: AnyResource,
  next: AnyResource,
  context: WriteContext,
  options: UpdateOptions,
): ManagedFields[] {
  if (options.managedFields !== undefined) return [...options.managedFields];
  const base =
    options.subresource === undefined
      ? acceptManaged(next.metadata.managedFields, previous.metadata.managedFields)
      : (previous.metadata.managedFields ?? []);
  // Reconcilers alone write a status: tracking them would double every status write and tell nobody anything.
  if (context.fieldManager === undefined && (options.subresource === "status" || base.length === 0))
    return [...base];
  return trackUpdate(
    kind,
    previous,
    { ...object, metadata: { ...object.metadata, managedFields: base } },
    {
      name: context.fieldManager ?? context.audit.actor,
      time: new Date(context.environment.clock.nowMs()).toISOString(),
      ...(options.subresource === undefined ? {} : { subresource: options.subresource }),
    },
  );
}

/** Times of managed fields alone are no change. */
function unchanged(previous: AnyResource, next: AnyResource): boolean {
  return isDeepStrictEqual(withoutTimes(previous), withoutTimes(next));
}

function withoutTimes(object: AnyResource): unknown {
  const { managedFields, resourceVersion: _version, ...metadata } = object.metadata;
  return {
    ...object,
    metadata,
    managed: managedFields?.map((entry) => (isRecord(entry) ? { ...entry, time: "" } : entry)) ?? [],
  };
}

function prepared(
  kind: AnyKind,
  object: Unversioned,
  expected: number,
  context: WriteContext,
  remove = false,
): Prepared {
  const key: ObjectKey = {
    kind: keyOfKind(kind),
    namespace: object.metadata.namespace ?? "",
    name: object.metadata.name,
  };
  const write = { key, uid: object.metadata.uid, expected, json: serialise(object), audit: context.audit };
  return { write: remove ? { ...write, delete: true } : write, object };
}
