import {
  createRootRouteWithContext,
  createRoute,
  redirect,
  retainSearchParams,
} from "@tanstack/react-router";
import type { QueryClient } from "@tanstack/react-query";
import { isSignedOut, sessionQuery } from "../api/session.ts";
import { searchTexts } from "./search.ts";
import { Shell } from "../shell/Shell.tsx";
import { Crash, NotFound } from "../shell/Trouble.tsx";

export const rootRoute = createRootRouteWithContext<{ readonly queryClient: QueryClient }>()({
  notFoundComponent: NotFound,
  errorComponent: Crash,
});

/** What is in every address behind the sign-in: the project; absent: the first one, `*`: all. */
export interface ShellSearch {
  readonly project?: string | undefined;
}

/** Everything behind the sign-in. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "shell",
  component: Shell,
  errorComponent: Crash,
  validateSearch: (search: Readonly<Record<string, unknown>>): ShellSearch =>
    searchTexts(search, ["project"]),
  search: { middlewares: [retainSearchParams(["project"])] },
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(sessionQuery);
    } catch (error) {
      // oxlint-disable-next-line typescript/only-throw-error -- the router's own way to go elsewhere
      if (isSignedOut(error)) throw redirect({ to: "/signin", search: { to: location.href } });
      throw error;
    }
  },
});
