import { connect, type KindAddress } from "@yunhe/client";

/** The public API, from the server that served this page; the session cookie signs every request. */
export const yunhe = connect({ server: "", headers: { "x-yunhe-request": "console" } });

const compute = { group: "compute.yunhe.dev", version: "v1" } as const;
const identity = { group: "identity.yunhe.dev", version: "v1" } as const;

/** The kinds that have pages of their own. */
export const kinds = {
  tasks: { ...compute, plural: "tasks", namespaced: true },
  attempts: { ...compute, plural: "attempts", namespaced: true },
  usageRecords: { ...compute, plural: "usagerecords", namespaced: true },
  pools: { ...compute, plural: "pools", namespaced: false },
  queues: { ...compute, plural: "queues", namespaced: false },
  projects: { ...identity, plural: "projects", namespaced: false },
  users: { ...identity, plural: "users", namespaced: false },
  serviceAccounts: { ...identity, plural: "serviceaccounts", namespaced: true },
  tokens: { ...identity, plural: "tokens", namespaced: false },
  roleBindings: { ...identity, plural: "rolebindings", namespaced: true },
  clusterRoleBindings: { ...identity, plural: "clusterrolebindings", namespaced: false },
  events: { group: "", version: "v1", plural: "events", namespaced: true },
} as const satisfies Record<string, KindAddress>;

/** `tasks.compute.yunhe.dev`, `events`: a kind in an address of the console. */
export const kindKey = ({ plural, group }: Pick<KindAddress, "plural" | "group">): string =>
  group === "" ? plural : `${plural}.${group}`;
