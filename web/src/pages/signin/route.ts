import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "../../app/shell-route.ts";

interface SignInSearch {
  readonly code?: string;
  /** Where to go afterwards. */
  readonly to?: string;
}

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/signin",
  validateSearch: (search: Readonly<Record<string, unknown>>): SignInSearch => ({
    ...(search["code"] === undefined ? {} : { code: String(search["code"]) }),
    ...(typeof search["to"] === "string" ? { to: search["to"] } : {}),
  }),
  component: lazyRouteComponent(() => import("./SignInPage.tsx")),
});
