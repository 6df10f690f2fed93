import { isDeepStrictEqual } from "node:util";
import { type AnyKind, apiVersionOf } from "../kind.ts";
import type { AnyResource, ManagedFields } from "../resource.ts";
import { isRecord } from "../validation/paths.ts";
import { decodeFields, encodeFields, type FieldSet } from "./field-set.ts";
import { changedLeaves, leavesOf, type Leaves } from "./leaves.ts";

/** Who owns which fields, decoded. */
export interface Ownership {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly subresource: string | undefined;
  readonly time: string;
  readonly fields: FieldSet;
}

export interface Manager {
  readonly name: string;
  readonly subresource?: "status";
  readonly time: string;
}

export const decodeManaged = (managed: readonly ManagedFields[] | undefined): Ownership[] =>
  (managed ?? []).map((entry) => ({
    manager: entry.manager,
    operation: entry.operation,
    subresource: entry.subresource,
    time: entry.time,
    fields: decodeFields(entry.fieldsV1),
  }));

/** Managers that own nothing (any more) are left out. */
export const encodeManaged = (kind: AnyKind, owners: readonly Ownership[]): ManagedFields[] =>
  owners
    .filter((owner) => owner.fields.size > 0)
    .map((owner) => ({
      manager: owner.manager,
      operation: owner.operation,
      apiVersion: apiVersionOf(kind),
      time: owner.time,
      fieldsType: "FieldsV1",
      fieldsV1: encodeFields(owner.fields),
      ...(owner.subresource === undefined ? {} : { subresource: owner.subresource }),
    }));

export const fieldSetOf = (leaves: Leaves): FieldSet =>
  new Map([...leaves].map(([key, leaf]) => [key, leaf.path]));

/** Managed fields of a new object: its creator owns all that it set. */
export function trackCreate(kind: AnyKind, object: AnyResource, by: Manager): ManagedFields[] {
  return encodeManaged(kind, [
    {
      manager: by.name,
      operation: "Update",
      subresource: by.subresource,
      time: by.time,
      fields: fieldSetOf(leavesOf(kind, object, by.subresource)),
    },
  ]);
}

/** Managed fields after a plain write: what it changed is the writer's, what it removed is nobody's. */
export function trackUpdate(
  kind: AnyKind,
  previous: AnyResource,
  next: AnyResource,
  by: Manager,
): ManagedFields[] {
  const before = leavesOf(kind, previous, by.subresource);
  const after = leavesOf(kind, next, by.subresource);
  const changed = changedLeaves(before, after);
  const gone = [...before.keys()].filter((key) => !after.has(key));
  if (changed.length === 0 && gone.length === 0) return [...(next.metadata.managedFields ?? [])];
  const owners = decodeManaged(next.metadata.managedFields);
  for (const owner of owners) for (const key of [...changed, ...gone]) owner.fields.delete(key);
  const own = ownerOf(owners, by);
  for (const key of changed) own.fields.set(key, after.get(key)!.path);
  return encodeManaged(kind, [...owners.filter((owner) => !isSame(owner, by)), { ...own, time: by.time }]);
}

const isSame = (owner: Ownership, by: Manager): boolean =>
  owner.manager === by.name && owner.operation === "Update" && owner.subresource === by.subresource;

const ownerOf = (owners: readonly Ownership[], by: Manager): Ownership =>
  owners.find((owner) => isSame(owner, by)) ?? {
    manager: by.name,
    operation: "Update",
    subresource: by.subresource,
    time: by.time,
    fields: new Map(),
  };

/** People may rewrite managedFields (kubectl does when it moves to server-side apply); nonsense is ignored. */
export function acceptManaged(
  given: unknown,
  previous: readonly ManagedFields[] | undefined,
): ManagedFields[] {
  const before = [...(previous ?? [])];
  if (!Array.isArray(given) || isDeepStrictEqual(given, before)) return before;
  const entries = (given as unknown[]).filter((entry) => isRecord(entry) && Object.keys(entry).length > 0);
  return entries.every(isManaged) ? entries : before;
}

function isManaged(entry: unknown): entry is ManagedFields {
  return (
    isRecord(entry) &&
    typeof entry["manager"] === "string" &&
    (entry["operation"] === "Apply" || entry["operation"] === "Update") &&
    typeof entry["apiVersion"] === "string" &&
    typeof entry["time"] === "string" &&
    isRecord(entry["fieldsV1"])
  );
}
