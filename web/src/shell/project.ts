import { useNavigate, useSearch } from "@tanstack/react-router";
import type { AnyResource } from "@yunhe/kernel";
import { useQuery } from "@tanstack/react-query";
import { kinds, yunhe } from "../api/client.ts";
import { hasRole, type Session, useSession } from "../api/session.ts";

export const allProjects = "*";

/** The project of the page: that of the address, else the first that the person has. */
export function useProject(): string {
  const { project } = useSearch({ strict: false });
  const session = useSession();
  return project ?? firstProject(session);
}

function firstProject(session: Session | undefined): string {
  if (session === undefined || session.roles.cluster !== undefined) return "default";
  return Object.keys(session.roles.projects).sort()[0] ?? "default";
}

/** As the API wants it: undefined for all. */
export function useNamespace(): string | undefined {
  const project = useProject();
  return project === allProjects ? undefined : project;
}

/** A project to write into, when all are shown: the first. */
export function useWritableProject(): string {
  const project = useProject();
  const session = useSession();
  return project === allProjects ? firstProject(session) : project;
}

export function useChooseProject(): (project: string) => void {
  const navigate = useNavigate();
  return (project) =>
    void navigate({ to: ".", search: (before: object) => ({ ...before, project }) } as never);
}

/** Projects that can be chosen: all for people of the cluster, their own for the others. */
export function useProjects(): readonly string[] {
  const session = useSession();
  const mayList = hasRole(session, "viewer");
  const { data } = useQuery({
    queryKey: ["projects"],
    queryFn: () => yunhe.resources<AnyResource>(kinds.projects).list(),
    enabled: mayList,
    staleTime: 30_000,
  });
  const listed = data?.items.map(({ metadata }) => metadata.name) ?? [];
  return [...new Set([...listed, ...Object.keys(session?.roles.projects ?? {})])].sort();
}
