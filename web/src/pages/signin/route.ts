import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { searchTexts } from "../../app/search.ts";
import { rootRoute } from "../../app/shell-route.ts";

interface SignInSearch {
  readonly code?: string;
  /** Where to go afterwards. */
  readonly to?: string;
}

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/signin",
  validateSearch: (search: Readonly<Record<string, unknown>>): SignInSearch =>
    searchTexts(search, ["code", "to"]),
  component: lazyRouteComponent(() => import("./SignInPage.tsx")),
});
