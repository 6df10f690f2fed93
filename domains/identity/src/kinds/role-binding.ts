import { defineKind, field, type ResourceOf, words } from "@yunhe/kernel";
import { z } from "zod";
import { identityGroup } from "../group.ts";
import { roles } from "../roles.ts";
import { checkSubject, subject } from "./subject.ts";

const bindingSpec = z.strictObject({
  subject: field(subject, { en: "Who gets the role.", zh: "获得角色的主体。" }),
  role: field(z.enum(roles), {
    en: "viewer, member, operator or admin; each may do all that the one before it may.",
    zh: "viewer、member、operator 或 admin；后者包含前者的全部权限。",
  }),
});

const columns = [
  { name: words("Role", "角色"), path: ".spec.role", type: "string" },
  { name: words("Kind", "主体类别"), path: ".spec.subject.kind", type: "string" },
  { name: words("Subject", "主体"), path: ".spec.subject.name", type: "string" },
  { name: words("Age", "存在时长"), path: ".metadata.creationTimestamp", type: "date" },
] as const;

export const roleBindingKind = defineKind({
  group: identityGroup,
  kind: "RoleBinding",
  plural: "rolebindings",
  shortNames: ["rb"],
  categories: ["identity"],
  scope: "Namespaced",
  words: words("Role binding", "角色绑定"),
  description: words("Gives somebody a role in one project.", "在一个项目中授予某主体角色。"),
  fields: { spec: bindingSpec },
  columns,
  check: (next) => checkSubject(next.spec.subject, "spec.subject"),
  example: {
    apiVersion: `${identityGroup}/v1`,
    kind: "RoleBinding",
    metadata: { name: "ada-member", namespace: "vision" },
    spec: { subject: { kind: "User", name: "ada" }, role: "member" },
  },
});

export const clusterRoleBindingKind = defineKind({
  group: identityGroup,
  kind: "ClusterRoleBinding",
  plural: "clusterrolebindings",
  shortNames: ["crb"],
  categories: ["identity"],
  scope: "Cluster",
  words: words("Cluster role binding", "集群角色绑定"),
  description: words(
    "Gives somebody a role in every project and over the cluster itself: fleet, users, projects.",
    "在所有项目以及集群本身（资源、用户、项目）授予某主体角色。",
  ),
  fields: { spec: bindingSpec },
  columns,
  check: (next) => checkSubject(next.spec.subject, "spec.subject"),
  example: {
    apiVersion: `${identityGroup}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name: "grace-operator" },
    spec: { subject: { kind: "User", name: "grace" }, role: "operator" },
  },
});

export type RoleBinding = ResourceOf<typeof roleBindingKind>;
export type ClusterRoleBinding = ResourceOf<typeof clusterRoleBindingKind>;
