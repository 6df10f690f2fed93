import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../app/shell-route.ts";

export const taskTabs = ["overview", "members", "usage", "manifest", "events"] as const;
export type TaskTab = (typeof taskTabs)[number];

export const taskRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/tasks/$namespace/$name",
  validateSearch: (search: Readonly<Record<string, unknown>>): { readonly tab?: TaskTab | undefined } => {
    const tab = taskTabs.find((each) => each === search["tab"]);
    return tab === undefined ? {} : { tab };
  },
  component: lazyRouteComponent(() => import("./TaskPage.tsx")),
});
