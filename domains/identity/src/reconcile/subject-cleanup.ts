import type { AnyStored, Draft, ObjectKey, Objects, Reconciler } from "@yunhe/kernel";
import {
  type ClusterRoleBinding,
  clusterRoleBindingKind,
  type RoleBinding,
  roleBindingKind,
  type ServiceAccount,
  serviceAccountKind,
  subjectFinalizer,
  subjectId,
  type SubjectId,
  type Token,
  tokenKind,
  type User,
  userKind,
} from "../kinds/index.ts";
import { userKey } from "../directory/records.ts";

/**
 * When a user or service account is deleted, its tokens, sessions and bindings go first and its name is free only after:
 * whoever gets the name next inherits nothing (C5).
 */
export function subjectCleanup(objects: Objects): Reconciler {
  return {
    name: "identity/subject-cleanup",
    sources: [{ kind: userKind }, { kind: serviceAccountKind }],
    concurrency: 1,
    async reconcile(key, { fence }) {
      const kind = key.kind === userKey ? userKind : serviceAccountKind;
      const account: User | ServiceAccount | undefined = await objects.get(kind, key.namespace, key.name);
      if (account?.metadata.deletionTimestamp === undefined) return;
      if (!account.metadata.finalizers?.includes(subjectFinalizer)) return;
      const finalizers = account.metadata.finalizers.filter((name) => name !== subjectFinalizer);
      const released = { ...account, metadata: { ...account.metadata, finalizers } } as AnyStored;
      const drafts: Draft[] = [
        ...(await belongings(objects, key)),
        { type: "update", kind, object: released },
      ];
      await objects.commit(drafts, { actor: "system:reconciler/identity/subject-cleanup", fence });
    },
  };
}

async function belongings(objects: Objects, { kind, namespace, name }: ObjectKey): Promise<Draft[]> {
  const id = subjectId(
    kind === userKey ? { kind: "User", name } : { kind: "ServiceAccount", name, project: namespace },
  );
  const [tokens, bindings, clusterBindings] = await Promise.all([
    objects.list(tokenKind),
    objects.list(roleBindingKind),
    objects.list(clusterRoleBindingKind),
  ]);
  return [
    ...drop(tokenKind, tokens, id),
    ...drop(roleBindingKind, bindings, id),
    ...drop(clusterRoleBindingKind, clusterBindings, id),
  ];
}

type Owned = Token | RoleBinding | ClusterRoleBinding;

const drop = (kind: Draft["kind"], owned: readonly Owned[], id: SubjectId): Draft[] =>
  owned
    .filter(
      ({ spec, metadata }) => subjectId(spec.subject) === id && metadata.deletionTimestamp === undefined,
    )
    .map((object) => ({ type: "delete", kind, object: object as AnyStored }));
