import type { Environment } from "./environment.ts";
import { type AnyKind, keyOfKind, type ResourceOf } from "./kind.ts";
import { type Prepared, prepareCreate, prepareDelete, prepareUpdate, type WriteContext } from "./prepare.ts";
import { sharedObject } from "./shared-object.ts";
import type { AnyResource, ObjectKey, ObjectMeta, Revision, Uid } from "./resource.ts";
import type { Committed, Store, StoredObject, Transaction, Write } from "./store/port.ts";
import { notFound, stale } from "./store/refusals.ts";

/**
 * Typed access to objects for reconcilers and other code inside the control plane: no permission is asked (the actor
 * is the control plane), but schemas, optimistic concurrency, fencing and audit hold as for everybody.
 */
export interface Objects {
  get<Kind extends AnyKind>(
    kind: Kind,
    namespace: string,
    name: string,
  ): Promise<ResourceOf<Kind> | undefined>;
  /** All objects of a kind, in (namespace, name) order, read in pages. */
  list<Kind extends AnyKind>(kind: Kind, namespace?: string): Promise<ResourceOf<Kind>[]>;
  /** Commits all drafts or none; gives the objects as stored, in order; they are shared, so nobody may change them. */
  commit(drafts: readonly Draft[], options: CommitOptions): Promise<readonly AnyStored[]>;
}

export type AnyStored = ResourceOf<AnyKind>;

/** An object to create: the kernel gives uid, generation and time. */
export interface NewObject {
  readonly metadata: Pick<ObjectMeta, "name"> &
    Partial<
      Pick<ObjectMeta, "namespace" | "labels" | "annotations" | "finalizers" | "ownerReferences"> & {
        uid: Uid;
      }
    >;
  readonly [field: string]: unknown;
}

export type Draft =
  | { readonly type: "create"; readonly kind: AnyKind; readonly object: NewObject }
  /**
   * Replaces the object at exactly the resourceVersion that `object` carries, its status too unless `subresource`
   * says that only the status is meant. Spec changes raise the generation. One that changes nothing writes nothing.
   */
  | {
      readonly type: "update";
      readonly kind: AnyKind;
      readonly object: AnyStored;
      readonly subresource?: "status";
    }
  /**
   * Marks for deletion while finalizers remain, else removes. An update that takes the last finalizer from an object
   * marked for deletion removes it too. `finalizers` are put on first (`foregroundDeletion`, `orphan`).
   */
  | {
      readonly type: "delete";
      readonly kind: AnyKind;
      readonly object: AnyStored;
      readonly finalizers?: readonly string[];
    };

export interface CommitOptions extends Pick<Transaction, "checks" | "fence" | "idempotency" | "guard"> {
  /** `system:reconciler/task`. */
  readonly actor: string;
  readonly verb?: string;
}

export type { Committed };

/** Objects over a store. Only kinds that the server knows can be written. */
export function openObjects(store: Store, kinds: readonly AnyKind[], environment: Environment): Objects {
  const known = new Set(kinds.map(keyOfKind));
  return {
    async get(kind, namespace, name) {
      const stored = await store.get({ kind: keyOfKind(kind), namespace, name });
      return stored && parseStored<typeof kind>(stored);
    },
    async list(kind, namespace) {
      return (await listAll(store, kind, namespace)).map((stored) => parseStored<typeof kind>(stored));
    },
    async commit(drafts, options) {
      const unknown = drafts.find(({ kind }) => !known.has(keyOfKind(kind)));
      if (unknown !== undefined) throw new Error(`kind ${keyOfKind(unknown.kind)} is not registered`);
      return commitDrafts(store, environment, drafts, options);
    },
  };
}

/** The stored text as an object; it was validated when it was written. */
export const parseStored = <Kind extends AnyKind>({ json }: StoredObject): ResourceOf<Kind> =>
  JSON.parse(json) as ResourceOf<Kind>;

const pageSize = 500;

async function listAll(store: Store, kind: AnyKind, namespace?: string): Promise<StoredObject[]> {
  const items: StoredObject[] = [];
  const range = { kind: keyOfKind(kind), limit: pageSize, ...(namespace === undefined ? {} : { namespace }) };
  let page = await store.list(range);
  const at = page.revision;
  for (;;) {
    items.push(...page.items);
    const last = page.items.at(-1);
    if (!page.more || last === undefined) return items;
    page = await store.list({ ...range, at, after: last.key });
  }
}

/** What a draft comes to: a write, or the version that says the same already. */
interface Planned {
  readonly key: ObjectKey;
  readonly write?: Write;
  readonly unchanged?: StoredObject;
}

async function commitDrafts(
  store: Store,
  environment: Environment,
  drafts: readonly Draft[],
  options: CommitOptions,
): Promise<readonly AnyStored[]> {
  const { actor, verb, checks, ...claims } = options;
  const plans: Planned[] = [];
  for (const draft of drafts)
    plans.push(await plan(store, environment, draft, { actor, verb: verb ?? draft.type }));
  const unchanged = plans.flatMap(({ key, unchanged }) =>
    unchanged === undefined ? [] : [{ key, expected: unchanged.revision }],
  );
  const committed = await store.commit({
    ...claims,
    writes: plans.flatMap(({ write }) => write ?? []),
    checks: [...(checks ?? []), ...unchanged],
    timeMs: environment.clock.nowMs(),
  });
  if (committed.replayed) return committed.objects.map((stored) => sharedObject(stored));
  const written = committed.objects.values();
  return plans.map((planned) => sharedObject(planned.unchanged ?? written.next().value!));
}

async function plan(
  store: Store,
  environment: Environment,
  draft: Draft,
  audit: Write["audit"],
): Promise<Planned> {
  const { kind } = draft;
  const context = { environment, audit };
  if (draft.type === "create") {
    const { write } = prepareCreate(kind, draft.object, context);
    return { key: write.key, write };
  }
  const { name, namespace = "", resourceVersion } = draft.object.metadata;
  const key = { kind: keyOfKind(kind), namespace, name };
  const stored = await readAt(store, key, Number(resourceVersion));
  const prepared = change(draft, sharedObject(stored), context);
  return prepared === undefined ? { key, unchanged: stored } : { key, write: prepared.write };
}

function change(
  draft: Exclude<Draft, { type: "create" }>,
  stored: AnyResource,
  context: WriteContext,
): Prepared | undefined {
  const { kind, object } = draft;
  if (draft.type === "delete")
    return prepareDelete(kind, stored, context, draft.finalizers ? { addFinalizers: draft.finalizers } : {});
  const status = (): Prepared | undefined =>
    prepareUpdate(kind, stored, object, context, { subresource: "status" });
  if (draft.subresource === "status") return status();
  // An update keeps the status of the version it is based on: base it on one that has the new status already.
  const { status: next } = object as AnyResource;
  const based = { ...stored, ...(next === undefined ? {} : { status: next }) };
  return prepareUpdate(kind, based, object, context) ?? (next === undefined ? undefined : status());
}

async function readAt(store: Store, key: ObjectKey, expected: Revision): Promise<StoredObject> {
  const stored = await store.get(key);
  if (stored === undefined) throw notFound(key);
  if (stored.revision !== expected) throw stale(key, expected, stored.revision);
  return stored;
}
