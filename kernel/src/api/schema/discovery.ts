import type { AnyKind } from "../../kind.ts";
import { type KindIndex, verbsOf } from "../kind-index.ts";

type Json = Record<string, unknown>;

const version = "v1";

/** `/apis`: the groups beside the core one. */
export const apiGroupList = (kinds: KindIndex): Json => ({
  kind: "APIGroupList",
  apiVersion: version,
  groups: [...kinds.groups.keys()].filter((group) => group !== "").map(groupOf),
});

/** `/apis/GROUP`. */
export const apiGroup = (group: string): Json => ({
  kind: "APIGroup",
  apiVersion: version,
  ...groupOf(group),
});

function groupOf(group: string): Json {
  const only = { groupVersion: `${group}/${version}`, version };
  return { name: group, versions: [only], preferredVersion: only };
}

/** `/api`. */
export const apiVersions = (host: string): Json => ({
  kind: "APIVersions",
  versions: [version],
  serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: host }],
});

/** `/api/v1` and `/apis/GROUP/v1`. */
export const apiResourceList = (group: string, kinds: readonly AnyKind[]): Json => ({
  kind: "APIResourceList",
  apiVersion: version,
  groupVersion: group === "" ? version : `${group}/${version}`,
  resources: kinds.flatMap(resourcesOf),
});

function resourcesOf(kind: AnyKind): Json[] {
  const namespaced = kind.scope === "Namespaced";
  const main = {
    name: kind.plural,
    singularName: kind.singular,
    namespaced,
    group: kind.group,
    version,
    kind: kind.kind,
    verbs: verbsOf(kind),
    ...(kind.shortNames.length === 0 ? {} : { shortNames: kind.shortNames }),
    ...(kind.categories.length === 0 ? {} : { categories: kind.categories }),
  };
  return [
    main,
    ...subresourcesOf(kind).map(({ name, verbs }) => ({
      name: `${kind.plural}/${name}`,
      singularName: "",
      namespaced,
      kind: kind.kind,
      verbs,
    })),
  ];
}

function subresourcesOf(kind: AnyKind): { name: string; verbs: string[] }[] {
  const actions = Object.keys(kind.actions).map((name) => ({ name, verbs: ["create"] }));
  return hasStatus(kind) ? [...actions, { name: "status", verbs: ["get", "patch", "update"] }] : actions;
}

export const hasStatus = (kind: AnyKind): boolean => Object.hasOwn(kind.fields, "status");

/** Aggregated discovery of `/api` (only the core group) or `/apis` (the others). */
export const aggregatedDiscovery = (kinds: KindIndex, core: boolean, apiVersion: string): Json => ({
  kind: "APIGroupDiscoveryList",
  apiVersion,
  metadata: {},
  items: [...kinds.groups]
    .filter(([group]) => (group === "") === core)
    .map(([group, members]) => ({
      metadata: group === "" ? {} : { name: group },
      versions: [{ version, freshness: "Current", resources: members.map(discoveryOf) }],
    })),
});

function discoveryOf(kind: AnyKind): Json {
  const responseKind = { group: kind.group, version, kind: kind.kind };
  return {
    resource: kind.plural,
    responseKind,
    scope: kind.scope === "Namespaced" ? "Namespaced" : "Cluster",
    singularResource: kind.singular,
    verbs: verbsOf(kind),
    ...(kind.shortNames.length === 0 ? {} : { shortNames: kind.shortNames }),
    ...(kind.categories.length === 0 ? {} : { categories: kind.categories }),
    subresources: subresourcesOf(kind).map(({ name, verbs }) => ({ subresource: name, responseKind, verbs })),
  };
}
