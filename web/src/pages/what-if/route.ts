import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../app/shell-route.ts";

export const whatIfRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/what-if",
  component: lazyRouteComponent(() => import("./WhatIfPage.tsx")),
});
