import { projectKind } from "./project.ts";
import { clusterRoleBindingKind, roleBindingKind } from "./role-binding.ts";
import { serviceAccountKind } from "./service-account.ts";
import { tokenKind } from "./token.ts";
import { userKind } from "./user.ts";

/** Every kind of the identity domain. */
export const identityKinds = [
  projectKind,
  userKind,
  serviceAccountKind,
  tokenKind,
  roleBindingKind,
  clusterRoleBindingKind,
] as const;

export * from "./issue-action.ts";
export * from "./project.ts";
export * from "./role-binding.ts";
export * from "./service-account.ts";
export * from "./subject.ts";
export * from "./token.ts";
export * from "./user.ts";
