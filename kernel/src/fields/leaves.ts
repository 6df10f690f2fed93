import { isDeepStrictEqual } from "node:util";
import type { AnyKind } from "../kind.ts";
import { isRecord } from "../validation/paths.ts";
import { type FieldPath, pathKey } from "./field-set.ts";

/** The places of an object that can be owned, with their values. An item of a list with keys owns itself as `item`. */
export type Leaves = Map<string, { readonly path: FieldPath; readonly value: unknown }>;

const item = Symbol("item");

/** How a list merges: by these keys, as a set of values, or (undefined) replaced whole. */
export type ListMerge = readonly string[] | "set" | undefined;

const metadataLists: Readonly<Record<string, ListMerge>> = {
  "metadata.finalizers": "set",
  "metadata.ownerReferences": ["uid"],
  "status.conditions": ["type"],
};

export const listMerge = (kind: AnyKind, place: string): ListMerge =>
  metadataLists[place] ?? (Object.hasOwn(kind.mapLists, place) ? kind.mapLists[place] : undefined);

/** What of the metadata people own; the rest is the system's. */
const ownedMetadata: readonly string[] = ["annotations", "finalizers", "labels", "ownerReferences"];

/** The ownable leaves of an object: for `status` its status alone, else everything but status. */
export function leavesOf(kind: AnyKind, object: Record<string, unknown>, subresource?: "status"): Leaves {
  const leaves: Leaves = new Map();
  for (const [name, value] of Object.entries(object)) {
    if (name === "apiVersion" || name === "kind" || value === undefined) continue;
    if ((name === "status") !== (subresource === "status")) continue;
    if (name !== "metadata") walk(kind, value, [`f:${name}`], name, leaves);
    else if (isRecord(value)) {
      for (const part of ownedMetadata) {
        if (value[part] !== undefined)
          walk(kind, value[part], ["f:metadata", `f:${part}`], `metadata.${part}`, leaves);
      }
    }
  }
  return leaves;
}

function walk(kind: AnyKind, value: unknown, path: FieldPath, place: string, leaves: Leaves): void {
  if (isRecord(value)) {
    const entries = Object.entries(value);
    if (entries.length === 0) leaves.set(pathKey(path), { path, value });
    for (const [name, child] of entries) {
      if (child !== undefined) walk(kind, child, [...path, `f:${name}`], `${place}.${name}`, leaves);
    }
    return;
  }
  const merge = Array.isArray(value) ? listMerge(kind, place) : undefined;
  if (Array.isArray(value) && merge !== undefined && value.length > 0) {
    for (const member of value as unknown[]) walkMember(kind, member, merge, path, place, leaves);
  } else leaves.set(pathKey(path), { path, value });
}

function walkMember(
  kind: AnyKind,
  member: unknown,
  merge: NonNullable<ListMerge>,
  path: FieldPath,
  place: string,
  leaves: Leaves,
): void {
  const at = [...path, memberStep(member, merge)];
  leaves.set(pathKey(at), { path: at, value: merge === "set" ? member : item });
  if (merge === "set" || !isRecord(member)) return;
  for (const [name, child] of Object.entries(member)) {
    if (child !== undefined) walk(kind, child, [...at, `f:${name}`], `${place}.${name}`, leaves);
  }
}

/** The step of a path that names one member of a merged list. */
export function memberStep(member: unknown, merge: NonNullable<ListMerge>): string {
  if (merge === "set" || !isRecord(member)) return `v:${JSON.stringify(member)}`;
  const keys = [...merge].sort().map((name) => [name, member[name] ?? null] as const);
  return `k:${JSON.stringify(Object.fromEntries(keys))}`;
}

/** The leaves of `next` that `previous` lacks or has with another value. */
export function changedLeaves(previous: Leaves, next: Leaves): string[] {
  return [...next].flatMap(([key, leaf]) => {
    const before = previous.get(key);
    return before !== undefined && isDeepStrictEqual(before.value, leaf.value) ? [] : [key];
  });
}
