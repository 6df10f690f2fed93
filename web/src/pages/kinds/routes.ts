import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { searchTexts } from "../../app/search.ts";
import { shellRoute } from "../../app/shell-route.ts";

export const kindsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/kinds",
  component: lazyRouteComponent(() => import("./KindsPage.tsx")),
});

export const kindListRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/kinds/$kind",
  validateSearch: (search: Readonly<Record<string, unknown>>): { readonly text?: string | undefined } =>
    searchTexts(search, ["text"]),
  component: lazyRouteComponent(() => import("./KindListPage.tsx")),
});

export const kindCreateRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/kinds/$kind/new",
  component: lazyRouteComponent(() => import("./CreatePage.tsx")),
});

/** `namespace` is `-` for kinds of the cluster. */
export const objectRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/kinds/$kind/$namespace/$name",
  component: lazyRouteComponent(() => import("./ObjectPage.tsx")),
});

export const kindRoutes = [kindsRoute, kindListRoute, kindCreateRoute, objectRoute] as const;
