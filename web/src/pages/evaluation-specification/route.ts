import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../app/shell-route.ts";

export const specificationTabs = ["tree", "weights"] as const;

export const specificationRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/evaluation/specifications/$namespace/$name",
  validateSearch: (
    search: Readonly<Record<string, unknown>>,
  ): { readonly tab?: (typeof specificationTabs)[number] | undefined } => ({
    tab: specificationTabs.find((each) => each === search["tab"]),
  }),
  component: lazyRouteComponent(() => import("./SpecificationPage.tsx")),
});
