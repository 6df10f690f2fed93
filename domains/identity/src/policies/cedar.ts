import { roles } from "../roles.ts";
import type { Class } from "./classes.ts";
import {
  changingVerbs,
  guardedClasses,
  type Holder,
  type Permission,
  permissions,
  prohibitions,
  writingVerbs,
} from "./table.ts";

/** https://docs.cedarpolicy.com/schema/human-readable-schema.html */
export const cedarSchema = `namespace Yunhe {
  entity ClusterRole in [ClusterRole];
  entity ProjectRole in [ProjectRole];
  entity AnyRole in [AnyRole];
  entity Asker in [ClusterRole, ProjectRole, AnyRole];
  entity Class;
  entity Object in [Class];
  type Circumstances = { self: Bool, covers: Bool, scoped: Bool, status: Bool, action: String };
  action get, list, watch, create, update, patch, delete, deletecollection, act
    appliesTo { principal: Asker, resource: Object, context: Circumstances };
}
`;

const roleTypes = { cluster: "ClusterRole", project: "ProjectRole", anywhere: "AnyRole" } as const;

const principalOf = (to: Holder): string =>
  to.type === "self" ? "principal" : `principal in Yunhe::${roleTypes[to.held]}::"${to.role}"`;

const actionsOf = (verbs: readonly string[]): string =>
  `action in [${verbs.map((verb) => `Yunhe::Action::"${verb}"`).join(", ")}]`;

function permit(permission: Permission, of: Class): string {
  const conditions = [
    ...(permission.to.type === "self" ? ["context.self"] : []),
    ...(permission.actions === undefined
      ? []
      : [`[${permission.actions.map((name) => `"${name}"`).join(", ")}].contains(context.action)`]),
  ];
  const when = conditions.length === 0 ? "" : `\nwhen { ${conditions.join(" && ")} }`;
  return `permit (${principalOf(permission.to)}, ${actionsOf(permission.verbs)}, ${resourceOf(of)})${when};`;
}

const resourceOf = (of: Class): string => `resource in Yunhe::Class::"${of}"`;

const forbids: Readonly<Record<string, string>> = {
  [prohibitions.status.id]: `forbid (principal, ${actionsOf(writingVerbs)}, resource)
when { context.status }
unless { principal in Yunhe::ClusterRole::"admin" };`,
  [prohibitions.outrank.id]: `forbid (principal, ${actionsOf(["act"])}, ${resourceOf("account")})
unless { context.covers };`,
  ...Object.fromEntries(
    guardedClasses.map((of) => [
      `${prohibitions.scoped.id}-${of}`,
      `forbid (principal, ${actionsOf(changingVerbs)}, ${resourceOf(of)})\nwhen { context.scoped };`,
    ]),
  ),
};

/** The policies in Cedar's own language, by id. */
export const cedarPolicies: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    permissions.flatMap((permission) =>
      permission.classes.map((of) => [`${permission.id}-${of}`, permit(permission, of)]),
    ),
  ),
  ...forbids,
};

/** The role hierarchy: the entities that are the same in every question. */
export const cedarRoles = Object.values(roleTypes).flatMap((type) =>
  roles.map((role, index) => ({
    uid: { type: `Yunhe::${type}`, id: role },
    attrs: {},
    parents: index === 0 ? [] : [{ type: `Yunhe::${type}`, id: roles[index - 1]! }],
  })),
);
