import { type Words, words } from "@yunhe/kernel";
import type { Operation, Standing } from "./policies/question.ts";
import { permissions, type Permission, prohibitions } from "./policies/table.ts";
import { rankOf, roleOf, roleWords } from "./roles.ts";

/** Says what is missing, from the same table as the policies. `reasons` are the policies that forbade. */
export function explain(operation: Operation, standing: Standing, reasons: readonly string[]): Words {
  for (const prohibition of Object.values(prohibitions))
    if (reasons.some((id) => id.startsWith(prohibition.id))) return prohibition.why;
  const permission = weakestFor(operation);
  if (permission === undefined) return words("nobody may do this", "任何人都不能执行此操作");
  const { role, held } = permission.to;
  const has = roleOf(
    held === "project" ? standing.local : held === "cluster" ? standing.cluster : standing.anywhere,
  );
  const needed = roleWords[role];
  const present = has === undefined ? words("no role", "没有角色") : roleWords[has];
  const place = places[held];
  return words(
    `that needs the role ${needed.en} ${place.en}, you have ${has === undefined ? "none" : present.en}; ask an admin for it`,
    `需要${place.zh}的“${needed.zh}”角色，您${has === undefined ? "没有角色" : `是“${present.zh}”`}；请向管理员申请`,
  );
}

const places = {
  project: words("there", "此处"),
  cluster: words("in the whole cluster", "整个集群"),
  anywhere: words("in some project", "任一项目"),
} as const;

type RolePermission = Permission & { readonly to: { readonly type: "role" } };

function weakestFor({ class: of, verb, action }: Operation): RolePermission | undefined {
  return permissions
    .filter((permission): permission is RolePermission => permission.to.type === "role")
    .filter(
      ({ classes, verbs, actions }) =>
        classes.includes(of) && verbs.includes(verb) && (actions === undefined || actions.includes(action)),
    )
    .toSorted((left, right) => rankOf(left.to.role) - rankOf(right.to.role))[0];
}
