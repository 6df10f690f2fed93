import {
  type AnyKind,
  type Environment,
  follow,
  type KindKey,
  type Objects,
  type Principal,
  type Reconciler,
  type Store,
  type Words,
} from "@yunhe/kernel";
import { type Authentication, authenticate } from "./authenticator.ts";
import { CedarAuthorizer } from "./authorizer.ts";
import { Directory } from "./directory/directory.ts";
import {
  clusterRoleBindingKey,
  roleBindingKey,
  serviceAccountKey,
  tokenKey,
  userKey,
} from "./directory/records.ts";
import type { Roles } from "./directory/roles.ts";
import { LastUsed } from "./last-used.ts";
import { Operations } from "./operations.ts";
import { openPolicyEngine } from "./policies/engine.ts";
import { projectDeletion } from "./reconcile/project-deletion.ts";
import { subjectCleanup } from "./reconcile/subject-cleanup.ts";
import { tokenExpiry } from "./reconcile/token-expiry.ts";
import type { TokenType } from "./secret.ts";

/** Kinds that decide who may do what: the store ends a group commit behind a write to one of them (`barrierKinds`). */
export const identityBarrierKinds: readonly KindKey[] = [
  userKey,
  serviceAccountKey,
  tokenKey,
  roleBindingKey,
  clusterRoleBindingKey,
];

export interface IdentityOptions {
  readonly store: Store;
  readonly objects: Objects;
  /** Every kind of the API, of all domains: the role table is applied to them by class. */
  readonly kinds: readonly AnyKind[];
  readonly environment: Environment;
}

export interface Identity {
  readonly directory: Directory;
  readonly authorizer: CedarAuthorizer;
  readonly reconcilers: readonly Reconciler[];
  /** Who holds this secret; notes that the token was used. */
  authenticate(secret: string, type: TokenType): Authentication;
  /** What a principal holds at this moment, for the console; or why it may do nothing. */
  roles(principal: Principal): Roles | { readonly why: Words };
  stop(): void;
}

/** Reads who may do what into memory and follows the store from there: changes hold from their commit on. */
export async function openIdentity({
  store,
  objects,
  kinds,
  environment,
}: IdentityOptions): Promise<Identity> {
  const { clock } = environment;
  const directory = new Directory();
  const follower = await follow(store, identityBarrierKinds, (change) => directory.apply(change));
  const operations = new Operations(kinds);
  const authorizer = new CedarAuthorizer({ directory, engine: openPolicyEngine(), operations, clock });
  const lastUsed = new LastUsed(objects, clock);
  return {
    directory,
    authorizer,
    reconcilers: [subjectCleanup(objects), tokenExpiry(objects, clock), projectDeletion(objects, kinds)],
    authenticate(secret, type) {
      const found = authenticate({ directory, clock }, secret, type);
      if (found.type === "known") lastUsed.note(found.token);
      return found;
    },
    roles(principal) {
      const asker = authorizer.asker(principal);
      return "why" in asker ? asker : asker.roles;
    },
    stop: () => follower.stop(),
  };
}
