import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../app/shell-route.ts";

export const observatoryTabs = ["findings", "figures", "series", "calculator"] as const;

export const observatoryRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/observatory",
  validateSearch: (
    search: Readonly<Record<string, unknown>>,
  ): { readonly tab?: (typeof observatoryTabs)[number] | undefined } => ({
    tab: observatoryTabs.find((each) => each === search["tab"]),
  }),
  component: lazyRouteComponent(() => import("./ObservatoryPage.tsx")),
});
