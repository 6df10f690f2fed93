import { type Authorizer, defineKind, follow, keyOfKind, type Store, words } from "@yunhe/kernel";
import { taskKind } from "@yunhe/domain-compute";

/** Who may write, as an object: taking it away is a change like any other, with a revision. */
export const permitKind = defineKind({
  group: "simulation.yunhe.dev",
  kind: "Permit",
  plural: "permits",
  scope: "Cluster",
  words: words("Permit", "许可"),
  description: words("Who may write.", "谁可写入。"),
  // A switch like another kind's: the simulator brings no schema library of its own.
  fields: { refused: taskKind.fields.spec.shape.cancelled },
  example: {
    apiVersion: "simulation.yunhe.dev/v1",
    kind: "Permit",
    metadata: { name: "user-0" },
  },
});

/** Allows everybody but those whose permit says no. */
export async function permitAuthorizer(store: Store): Promise<Authorizer> {
  const refused = new Set<string>();
  await follow(store, [keyOfKind(permitKind)], (change) => {
    const permit = JSON.parse(change.json) as { refused: boolean };
    if (permit.refused) refused.add(change.key.name);
    else refused.delete(change.key.name);
  });
  return {
    decide: ({ principal }) =>
      refused.has(principal.id)
        ? { allowed: false, why: words("the permit was taken away", "许可已收回") }
        : { allowed: true },
  };
}
