import { type Rank, strongest, weakest } from "../roles.ts";
import type { Binding, TokenRecord } from "./records.ts";

/** The roles of one subject, by place. */
export interface Roles {
  readonly cluster: Rank;
  /** By project; only what bindings in the project itself give. */
  readonly projects: ReadonlyMap<string, Rank>;
  /** The strongest of all. */
  readonly anywhere: Rank;
}

export const noRoles: Roles = { cluster: 0, projects: new Map(), anywhere: 0 };

export function rolesOf(bindings: readonly Binding[]): Roles {
  let cluster: Rank = 0;
  let anywhere: Rank = 0;
  const projects = new Map<string, Rank>();
  for (const { project, rank } of bindings) {
    anywhere = strongest(anywhere, rank);
    if (project === undefined) cluster = strongest(cluster, rank);
    else projects.set(project, strongest(projects.get(project) ?? 0, rank));
  }
  return { cluster, projects, anywhere };
}

/** Role in a project, the cluster-wide one included; "" asks for the cluster. */
export const roleIn = (roles: Roles, project: string): Rank =>
  project === "" ? roles.cluster : strongest(roles.cluster, roles.projects.get(project) ?? 0);

/** What is left of a subject's roles in the hands of a token with scopes. */
export function narrowed(roles: Roles, scopes: NonNullable<TokenRecord["scopes"]>): Roles {
  const allowed = scopes.projects;
  const projects = new Map<string, Rank>();
  for (const project of allowed ?? roles.projects.keys())
    projects.set(project, weakest(roleIn(roles, project), scopes.rank));
  const cluster = allowed === undefined ? weakest(roles.cluster, scopes.rank) : 0;
  let anywhere: Rank = cluster;
  for (const rank of projects.values()) anywhere = strongest(anywhere, rank);
  return { cluster, projects, anywhere };
}

/** Whether `mine` is at least as strong as `theirs` in every place where they hold anything. */
export function covers(mine: Roles, theirs: Roles): boolean {
  if (mine.cluster < theirs.cluster) return false;
  for (const [project, rank] of theirs.projects) if (roleIn(mine, project) < rank) return false;
  return true;
}
