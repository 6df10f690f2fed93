import type { AnyKind } from "../kind.ts";
import type { AnyResource } from "../resource.ts";
import { isRecord } from "../validation/paths.ts";
import { listMerge, memberStep } from "./leaves.ts";

/** Lays an applied configuration over the live object: objects merge, lists as the kind says, the rest is replaced. */
export function mergeApplied(
  kind: AnyKind,
  live: AnyResource,
  applied: AnyResource,
  subresource: "status" | undefined,
): AnyResource {
  const merged: AnyResource = structuredClone(live);
  for (const [name, value] of Object.entries(applied)) {
    if (name === "apiVersion" || name === "kind" || (name === "status") !== (subresource === "status"))
      continue;
    const result = merge(kind, merged[name], value, name);
    if (name === "metadata") merged.metadata = result as AnyResource["metadata"];
    else merged[name] = result;
  }
  return merged;
}

function merge(kind: AnyKind, live: unknown, applied: unknown, place: string): unknown {
  if (isRecord(applied)) {
    const merged = new Map(isRecord(live) ? Object.entries(live) : []);
    for (const [name, value] of Object.entries(applied)) {
      if (value !== undefined) merged.set(name, merge(kind, merged.get(name), value, `${place}.${name}`));
    }
    return Object.fromEntries(merged);
  }
  const how = Array.isArray(applied) ? listMerge(kind, place) : undefined;
  if (!Array.isArray(applied) || how === undefined) return structuredClone(applied);
  const members = new Map<string, unknown>();
  for (const member of Array.isArray(live) ? (live as unknown[]) : [])
    members.set(memberStep(member, how), member);
  for (const member of applied as unknown[]) {
    const step = memberStep(member, how);
    members.set(step, merge(kind, members.get(step), member, place));
  }
  return [...members.values()];
}
