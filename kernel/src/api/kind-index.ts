import { type AnyKind, keyOfKind } from "../kind.ts";
import type { KindKey } from "../resource.ts";

/** The kinds of one API, found by what a URL or an object says. */
export interface KindIndex {
  readonly all: readonly AnyKind[];
  /** Groups with their kinds, both in alphabetical order; the core group "" is among them. */
  readonly groups: ReadonlyMap<string, readonly AnyKind[]>;
  byKey(key: KindKey): AnyKind | undefined;
  byPlural(group: string, version: string, plural: string): AnyKind | undefined;
}

/** Throws when two kinds would answer to one name. */
export function indexKinds(kinds: readonly AnyKind[]): KindIndex {
  const byKey = new Map<KindKey, AnyKind>();
  const byName = new Map<string, AnyKind>();
  for (const kind of kinds) {
    const name = `${kind.group}/${kind.kind}`;
    if (byKey.has(keyOfKind(kind)) || byName.has(name)) throw new Error(`the kind ${name} is defined twice`);
    byKey.set(keyOfKind(kind), kind);
    byName.set(name, kind);
  }
  const sorted = kinds.toSorted((left, right) => (left.plural < right.plural ? -1 : 1));
  const groupNames = [...new Set(kinds.map((kind) => kind.group))].sort();
  return {
    all: kinds,
    groups: new Map(groupNames.map((group) => [group, sorted.filter((kind) => kind.group === group)])),
    byKey: (key) => byKey.get(key),
    byPlural(group, version, plural) {
      const kind = byKey.get(keyOfKind({ group, plural }));
      return kind?.version === version ? kind : undefined;
    },
  };
}

/** Verbs that discovery offers for a kind. */
export function verbsOf(kind: AnyKind): string[] {
  const reading = ["delete", "deletecollection", "get", "list"];
  return kind.readOnly ? [...reading, "watch"] : ["create", ...reading, "patch", "update", "watch"].sort();
}
