import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { searchTexts } from "../../app/search.ts";
import { shellRoute } from "../../app/shell-route.ts";

/** The filters of the list; all of them in the address, so that a view can be sent to somebody. */
export interface TasksSearch {
  readonly phase?: string | undefined;
  readonly queue?: string | undefined;
  readonly text?: string | undefined;
}

const filters = ["phase", "queue", "text"] as const;

export const tasksRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/tasks",
  validateSearch: (search: Readonly<Record<string, unknown>>): TasksSearch => searchTexts(search, filters),
  component: lazyRouteComponent(() => import("./TasksPage.tsx")),
});
