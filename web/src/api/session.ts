import { RequestFailed } from "@yunhe/client";
import { type QueryClient, queryOptions, useQuery } from "@tanstack/react-query";
import { yunhe } from "./client.ts";

export type Role = "viewer" | "member" | "operator" | "admin";

/** Who is signed in and what they may do. */
export interface Session {
  readonly principal: { readonly id: string; readonly displayName?: string; readonly tokenName?: string };
  readonly roles: { readonly cluster?: Role; readonly projects: Readonly<Record<string, Role>> };
}

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => yunhe.transport.json<Session>("/signin/session", { signal }),
  staleTime: 60_000,
  retry: (tries, error) => !isSignedOut(error) && tries < 3,
});

export const useSession = (): Session | undefined => useQuery(sessionQuery).data;

export const isSignedOut = (error: unknown): boolean => error instanceof RequestFailed && error.code === 401;

export const signIn = (
  credentials: { readonly token: string } | { readonly code: string },
): Promise<Session> =>
  yunhe.transport.json("/signin/session", { method: "POST", body: JSON.stringify(credentials) });

export async function signOut(queryClient: QueryClient): Promise<void> {
  await yunhe.transport.request("/signin/session", { method: "DELETE" });
  queryClient.clear();
}

const ranks: Readonly<Record<Role, number>> = { viewer: 0, member: 1, operator: 2, admin: 3 };

/** Whether somebody has at least `role` in the project, or over the cluster. A hint for the page: the server decides. */
export function hasRole(session: Session | undefined, role: Role, project?: string): boolean {
  const over = session?.roles.cluster;
  const here = project === undefined ? undefined : session?.roles.projects[project];
  return [over, here].some((given) => given !== undefined && ranks[given] >= ranks[role]);
}
