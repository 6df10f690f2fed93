import { type Authorizer, defineKind, field, follow, keyOfKind, type Store, words } from "@yunhe/kernel";
import { z } from "zod";

/** Who may write, as an object: taking it away is a change like any other, with a revision. */
export const permitKind = defineKind({
  group: "simulation.yunhe.dev",
  kind: "Permit",
  plural: "permits",
  scope: "Cluster",
  words: words("Permit", "许可"),
  description: words("Who may write.", "谁可写入。"),
  fields: { spec: field(z.strictObject({ allowed: z.boolean() }), { en: "Whether.", zh: "是否。" }) },
  example: {
    apiVersion: "simulation.yunhe.dev/v1",
    kind: "Permit",
    metadata: { name: "user-0" },
    spec: { allowed: true },
  },
});

/** Allows everybody but those whose permit says no. */
export async function permitAuthorizer(store: Store): Promise<Authorizer> {
  const refused = new Set<string>();
  await follow(store, [keyOfKind(permitKind)], (change) => {
    const { spec } = JSON.parse(change.json) as { spec: { allowed: boolean } };
    if (spec.allowed) refused.delete(change.key.name);
    else refused.add(change.key.name);
  });
  return {
    decide: ({ principal }) =>
      refused.has(principal.id)
        ? { allowed: false, why: words("the permit was taken away", "许可已收回") }
        : { allowed: true },
  };
}
