import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { searchTexts } from "../../app/search.ts";
import { shellRoute } from "../../app/shell-route.ts";

export const submitRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/submit",
  /** `from`: a task, `project/name`, to begin with a copy of. */
  validateSearch: (search: Readonly<Record<string, unknown>>): { readonly from?: string | undefined } =>
    searchTexts(search, ["from"]),
  component: lazyRouteComponent(() => import("./SubmitPage.tsx")),
});
