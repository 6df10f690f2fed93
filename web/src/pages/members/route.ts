import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../app/shell-route.ts";

export const membersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/members",
  component: lazyRouteComponent(() => import("./MembersPage.tsx")),
});
