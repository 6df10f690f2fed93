import { ApiError } from "../errors.ts";
import { type AnyKind, apiVersionOf, keyOfKind } from "../kind.ts";
import type { AnyStored, CommitOptions, Draft, Objects } from "../objects.ts";
import type { KindKey, ObjectKey, OwnerReference } from "../resource.ts";
import { type GraphNode, OwnerGraph } from "./owner-graph.ts";
import type { ReconcileContext, Reconciler } from "./port.ts";

/** Put on an owner by a deletion that names its propagation; taken off when the dependents are done with. */
export const foregroundFinalizer = "foregroundDeletion";
export const orphanFinalizer = "orphan";

const actor = "system:reconciler/collector";

/**
 * Deletes what has lost all its owners, and carries out the propagation of deletions: Background (dependents go when
 * the owner is gone), Foreground (the owner waits for dependents that block it), Orphan (dependents are let go). A
 * fresh one is needed for each term of leadership, since it remembers who owns whom.
 *
 * https://kubernetes.io/docs/concepts/architecture/garbage-collection/
 */
export function ownerCollector(objects: Objects, kinds: readonly AnyKind[]): Reconciler {
  const graph = new OwnerGraph();
  const collector = new Collector(objects, kinds, graph);
  return {
    name: "collector",
    concurrency: 16,
    sources: kinds.map((kind) => ({ kind, keys: (change) => graph.apply(change) })),
    reconcile: (key, context) => collector.reconcile(key, context),
  };
}

class Collector {
  readonly #objects: Objects;
  readonly #graph: OwnerGraph;
  readonly #kinds: ReadonlyMap<KindKey, AnyKind>;
  readonly #ownerKinds: ReadonlySet<string>;

  constructor(objects: Objects, kinds: readonly AnyKind[], graph: OwnerGraph) {
    this.#objects = objects;
    this.#graph = graph;
    this.#kinds = new Map(kinds.map((kind) => [keyOfKind(kind), kind]));
    this.#ownerKinds = new Set(kinds.map((kind) => `${apiVersionOf(kind)}/${kind.kind}`));
  }

  async reconcile(key: ObjectKey, { fence }: ReconcileContext): Promise<void> {
    const node = this.#graph.at(key);
    const kind = this.#kinds.get(key.kind);
    if (node === undefined || kind === undefined || !this.#mayNeedWork(node)) return;
    const object = await this.#objects.get(kind, key.namespace, key.name);
    if (object === undefined || object.metadata.uid !== node.uid) return;
    if (node.deleting && node.finalizers.includes(orphanFinalizer))
      return this.#orphan(node, kind, object, fence);
    const draft = this.#releaseOwner(node, kind, object) ?? this.#collect(node, kind, object);
    if (draft !== undefined) await this.#objects.commit([draft], { actor, fence });
  }

  /** Most changes concern objects whose owners are all there: these need not be read. */
  #mayNeedWork(node: GraphNode): boolean {
    if (node.deleting) return node.finalizers.includes(orphanFinalizer) || waitsForDependents(node);
    return node.owners.some((owner) => !this.#isThere(owner) || this.#isWaiting(owner.uid));
  }

  /** An owner in foreground deletion may go when nothing that blocks it is left. */
  #releaseOwner(node: GraphNode, kind: AnyKind, object: AnyStored): Draft | undefined {
    if (!waitsForDependents(node)) return undefined;
    const blocked = this.#graph
      .dependents(node.uid)
      .some(({ owners }) =>
        owners.some((owner) => owner.uid === node.uid && owner.blockOwnerDeletion === true),
      );
    return blocked ? undefined : withoutFinalizer(kind, object, foregroundFinalizer);
  }

  /** An object whose owners are all gone, or wait for it to go, is deleted; references to some gone ones are removed. */
  #collect(node: GraphNode, kind: AnyKind, object: AnyStored): Draft | undefined {
    if (node.owners.length === 0 || node.deleting) return undefined;
    const waiting = node.owners.filter(({ uid }) => this.#isWaiting(uid));
    const solid = node.owners.filter((owner) => this.#isThere(owner) && !waiting.includes(owner));
    if (solid.length === node.owners.length) return undefined;
    if (solid.length > 0) return withOwners(kind, object, solid);
    const foreground = waiting.length > 0 && this.#graph.dependents(node.uid).length > 0;
    return { type: "delete", kind, object, ...(foreground ? { finalizers: [foregroundFinalizer] } : {}) };
  }

  #isWaiting(uid: OwnerReference["uid"]): boolean {
    const owner = this.#graph.get(uid);
    return owner !== undefined && waitsForDependents(owner);
  }

  /** An owner of a kind that this server does not know cannot be said to be gone. */
  #isThere(owner: OwnerReference): boolean {
    return this.#graph.has(owner.uid) || !this.#ownerKinds.has(`${owner.apiVersion}/${owner.kind}`);
  }

  async #orphan(
    node: GraphNode,
    kind: AnyKind,
    object: AnyStored,
    fence: ReconcileContext["fence"],
  ): Promise<void> {
    for (const dependent of this.#graph.dependents(node.uid)) {
      const dependentKind = this.#kinds.get(dependent.key.kind)!;
      const { namespace, name } = dependent.key;
      const stored = await this.#objects.get(dependentKind, namespace, name);
      if (stored === undefined || stored.metadata.uid !== dependent.uid) continue;
      const rest = dependent.owners.filter(({ uid }) => uid !== node.uid);
      await this.#objects.commit([withOwners(dependentKind, stored, rest)], { actor, fence });
    }
    await this.#objects.commit([withoutFinalizer(kind, object, orphanFinalizer)], { actor, fence });
  }
}

const waitsForDependents = (node: GraphNode): boolean =>
  node.deleting && node.finalizers.includes(foregroundFinalizer);

function withMetadata(kind: AnyKind, object: AnyStored, metadata: Partial<AnyStored["metadata"]>): Draft {
  return { type: "update", kind, object: { ...object, metadata: { ...object.metadata, ...metadata } } };
}

const withOwners = (kind: AnyKind, object: AnyStored, ownerReferences: readonly OwnerReference[]): Draft =>
  withMetadata(kind, object, { ownerReferences: [...ownerReferences] });

const withoutFinalizer = (kind: AnyKind, object: AnyStored, finalizer: string): Draft =>
  withMetadata(kind, object, {
    finalizers: (object.metadata.finalizers ?? []).filter((name) => name !== finalizer),
  });

const deletionsAtOnce = 200;

/**
 * Deletes every namespaced object in a namespace whose project is being deleted, and gives how many are left: those
 * whose finalizers still have work to do, or that changed meanwhile. The project's reconciler keeps its finalizer and
 * calls again until none is left.
 */
export async function emptyNamespace(
  objects: Objects,
  kinds: readonly AnyKind[],
  namespace: string,
  options: CommitOptions,
): Promise<number> {
  let left = 0;
  for (const kind of kinds.filter(({ scope }) => scope === "Namespaced")) {
    const present = await objects.list(kind, namespace);
    for (let start = 0; start < present.length; start += deletionsAtOnce) {
      const drafts = present.slice(start, start + deletionsAtOnce);
      const outcomes = await Promise.all(
        drafts.map((object) => deleteOne(objects, { type: "delete", kind, object }, options)),
      );
      left += outcomes.filter((gone) => !gone).length;
    }
  }
  return left;
}

async function deleteOne(objects: Objects, draft: Draft, options: CommitOptions): Promise<boolean> {
  try {
    await objects.commit([draft], options);
  } catch (error) {
    if (error instanceof ApiError && error.reason === "NotFound") return true;
    if (error instanceof ApiError && error.reason === "Conflict") return false;
    throw error;
  }
  const { namespace = "", name } = draft.object.metadata;
  return (await objects.get(draft.kind, namespace, name)) === undefined;
}
