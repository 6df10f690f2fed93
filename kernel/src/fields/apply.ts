import { isDeepStrictEqual } from "node:util";
import type { Cause } from "../errors.ts";
import type { AnyKind } from "../kind.ts";
import type { AnyResource, ManagedFields } from "../resource.ts";
import { isRecord } from "../validation/paths.ts";
import { words } from "../words.ts";
import { isBelow, type FieldPath, showPath } from "./field-set.ts";
import { changedLeaves, type Leaves, leavesOf } from "./leaves.ts";
import { mergeApplied } from "./merge.ts";
import { decodeManaged, encodeManaged, fieldSetOf, type Manager, type Ownership } from "./track.ts";
import { removeField } from "./remove.ts";

/** Server-side apply, https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
export interface ApplyInput {
  readonly kind: AnyKind;
  /** Undefined: the object is created. */
  readonly live: AnyResource | undefined;
  /** What the manager wants, without system metadata. */
  readonly applied: AnyResource;
  readonly manager: Manager;
  readonly force: boolean;
}

/** The live object with the applied fields in place, and without those that this manager no longer applies. */
export function applyFields({ kind, live, applied, manager }: ApplyInput): AnyResource {
  if (live === undefined) return applied;
  const wanted = leavesOf(kind, applied, manager.subresource);
  const merged = mergeApplied(kind, live, applied, manager.subresource);
  for (const path of abandoned(ownersOf(kind, live), wanted, manager)) removeField(merged, path);
  return merged;
}

/**
 * Fields that this manager applied before, applies no longer, and that nobody else owns. A list's item goes before its
 * fields, since its key finds it.
 */
function abandoned(owners: readonly Ownership[], wanted: Leaves, manager: Manager): FieldPath[] {
  const before = owners.find((owner) => isApplier(owner, manager));
  const others = owners.filter((owner) => owner !== before);
  return [...(before?.fields ?? [])]
    .filter(([key]) => !wanted.has(key) && ![...wanted.keys()].some((inner) => isBelow(inner, key)))
    .filter(([key]) => !others.some((owner) => ownsAtOrBelow(owner, key)))
    .map(([, path]) => path)
    .toSorted((left, right) => left.length - right.length);
}

const ownsAtOrBelow = (owner: Ownership, key: string): boolean =>
  owner.fields.has(key) || [...owner.fields.keys()].some((inner) => isBelow(inner, key));

const isApplier = (owner: Ownership, manager: Manager): boolean =>
  owner.operation === "Apply" && owner.manager === manager.name && owner.subresource === manager.subresource;

/** An object that nobody tracked yet belongs to whoever wrote it before the first apply. */
function ownersOf(kind: AnyKind, live: AnyResource): Ownership[] {
  const owners = decodeManaged(live.metadata.managedFields);
  if (owners.length > 0) return owners;
  const fields = fieldSetOf(leavesOf(kind, live));
  return [
    {
      manager: "before-first-apply",
      operation: "Update",
      subresource: undefined,
      time: live.metadata.creationTimestamp,
      fields,
    },
  ];
}

export interface ApplyOutcome {
  readonly managedFields: readonly ManagedFields[];
  /** Fields that others own and that this apply would change; empty when it is forced. */
  readonly conflicts: readonly Cause[];
}

/** Who owns what after an apply. `next` is the applied object after validation, with its defaults in place. */
export function applyOwnership(input: ApplyInput, next: AnyResource): ApplyOutcome {
  const { kind, live, applied, manager, force } = input;
  const wanted = leavesOf(kind, applied, manager.subresource);
  const before: Leaves = live === undefined ? new Map() : leavesOf(kind, live, manager.subresource);
  const after = leavesOf(kind, next, manager.subresource);
  const changed = new Set(changedLeaves(before, after).filter((key) => wanted.has(key)));
  const gone = [...before.keys()].filter((key) => !after.has(key));
  const owners = live === undefined ? [] : ownersOf(kind, live);
  const others = owners.filter((owner) => !isApplier(owner, manager));
  const migrating = lastApplied(input);
  const conflicts = force
    ? []
    : others.flatMap((owner) => conflictsWith(owner, changed, gone, wanted, migrating));
  for (const owner of others) for (const key of [...changed, ...gone]) owner.fields.delete(key);
  const own: Ownership = { ...ownAs(manager), fields: fieldSetOf(wanted) };
  const previous = owners.find((owner) => isApplier(owner, manager));
  const same =
    previous !== undefined && isDeepStrictEqual(new Set(previous.fields.keys()), new Set(own.fields.keys()));
  const time = same && changed.size === 0 && gone.length === 0 ? previous.time : manager.time;
  return { managedFields: encodeManaged(kind, [...others, { ...own, time }]), conflicts };
}

const ownAs = (manager: Manager): Omit<Ownership, "fields"> => ({
  manager: manager.name,
  operation: "Apply",
  subresource: manager.subresource,
  time: manager.time,
});

const lastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration";

/**
 * What kubectl applied on its own side before: when it begins to apply on the server's side, these are its fields
 * already, under whatever name they were written.
 */
function lastApplied({ kind, live, manager }: ApplyInput): Leaves {
  const text = manager.name === "kubectl" ? live?.metadata.annotations?.[lastAppliedAnnotation] : undefined;
  if (text === undefined) return new Map();
  try {
    const object: unknown = JSON.parse(text);
    return isRecord(object) ? leavesOf(kind, object) : new Map();
  } catch {
    // People may write anything into an annotation.
    return new Map();
  }
}

/** Taking a field that another owns, or pulling a whole branch from under it, is a conflict. */
function conflictsWith(
  owner: Ownership,
  changed: ReadonlySet<string>,
  gone: readonly string[],
  wanted: Leaves,
  migrating: Leaves,
): Cause[] {
  const replaced = gone.filter((key) => [...wanted.keys()].some((outer) => isBelow(key, outer)));
  return [...owner.fields]
    .filter(([key]) => (changed.has(key) || replaced.includes(key)) && !migrating.has(key))
    .map(([, path]) => ({
      field: showPath(path),
      reason: "FieldManagerConflict" as const,
      message: words(
        `conflict with "${owner.manager}"${owner.operation === "Update" ? " using Update" : ""}`,
        `与“${owner.manager}”冲突${owner.operation === "Update" ? "（通过 Update）" : ""}`,
      ),
    }));
}
