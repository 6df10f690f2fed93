import { keyText, type ObjectKey, type OwnerReference, type Uid } from "../resource.ts";
import { sharedObject } from "../shared-object.ts";
import type { Change } from "../store/port.ts";

/** What the collector remembers of every object. */
export interface GraphNode {
  readonly key: ObjectKey;
  readonly uid: Uid;
  readonly owners: readonly OwnerReference[];
  readonly deleting: boolean;
  readonly finalizers: readonly string[];
}

const none: readonly never[] = [];

/** Most objects have neither owners nor are being deleted: looking at the text spares parsing them. */
const mayMatter = (json: string): boolean =>
  json.includes('"ownerReferences"') || json.includes('"deletionTimestamp"');

/** Who owns whom, by uid, kept up by the changes of all kinds. */
export class OwnerGraph {
  readonly #nodes = new Map<Uid, GraphNode>();
  readonly #uids = new Map<string, Uid>();
  readonly #dependents = new Map<Uid, Set<Uid>>();

  has(uid: Uid): boolean {
    return this.#nodes.has(uid);
  }

  at(key: ObjectKey): GraphNode | undefined {
    const uid = this.#uids.get(keyText(key));
    return uid === undefined ? undefined : this.#nodes.get(uid);
  }

  get(uid: Uid): GraphNode | undefined {
    return this.#nodes.get(uid);
  }

  dependents(uid: Uid): GraphNode[] {
    return [...(this.#dependents.get(uid) ?? [])].map((dependent) => this.#nodes.get(dependent)!);
  }

  /** Takes the change in and gives the keys that have to be looked at because of it. */
  apply(change: Change): readonly ObjectKey[] {
    const before = this.#nodes.get(change.uid);
    if (before !== undefined) this.#remove(before);
    const after = change.type === "DELETED" ? undefined : nodeOf(change);
    if (after !== undefined) this.#add(after);
    const keys = after !== undefined && (after.deleting || after.owners.length > 0) ? [after.key] : [];
    if (after === undefined || after.deleting)
      keys.push(...this.dependents(change.uid).map(({ key }) => key));
    return keys.concat(this.#waitingOwners(before));
  }

  /** Owners in deletion that this object, as it was, may have held up. */
  #waitingOwners(node: GraphNode | undefined): ObjectKey[] {
    return (node?.owners ?? []).flatMap(({ uid }) => {
      const owner = this.#nodes.get(uid);
      return owner?.deleting === true ? [owner.key] : [];
    });
  }

  #add(node: GraphNode): void {
    this.#nodes.set(node.uid, node);
    this.#uids.set(keyText(node.key), node.uid);
    for (const { uid } of node.owners) {
      const dependents = this.#dependents.get(uid) ?? new Set();
      this.#dependents.set(uid, dependents.add(node.uid));
    }
  }

  #remove(node: GraphNode): void {
    this.#nodes.delete(node.uid);
    this.#uids.delete(keyText(node.key));
    for (const { uid } of node.owners) {
      const dependents = this.#dependents.get(uid);
      dependents?.delete(node.uid);
      if (dependents?.size === 0) this.#dependents.delete(uid);
    }
  }
}

function nodeOf(change: Change): GraphNode {
  const { key, uid } = change;
  if (!mayMatter(change.json)) return { key, uid, owners: none, deleting: false, finalizers: none };
  const { metadata } = sharedObject(change);
  return {
    key,
    uid,
    owners: metadata.ownerReferences ?? none,
    deleting: metadata.deletionTimestamp !== undefined,
    finalizers: metadata.finalizers ?? none,
  };
}
