import type { QueryClient } from "@tanstack/react-query";
import { createRouter } from "@tanstack/react-router";
import { auditRoute } from "../pages/audit/route.ts";
import { evaluationRoute } from "../pages/evaluation/route.ts";
import { observatoryRoute } from "../pages/evaluation-observatory/route.ts";
import { evaluationRunRoute } from "../pages/evaluation-run/route.ts";
import { specificationRoute } from "../pages/evaluation-specification/route.ts";
import { fleetRoute } from "../pages/fleet/route.ts";
import { kindRoutes } from "../pages/kinds/routes.ts";
import { membersRoute } from "../pages/members/route.ts";
import { signInRoute } from "../pages/signin/route.ts";
import { submitRoute } from "../pages/submit/route.ts";
import { taskRoute } from "../pages/task/route.ts";
import { tasksRoute } from "../pages/tasks/route.ts";
import { tokensRoute } from "../pages/tokens/route.ts";
import { whatIfRoute } from "../pages/what-if/route.ts";
import { rootRoute, shellRoute } from "./shell-route.ts";

/** Every page: a folder under `pages/` with its route, a line here, and an entry in `shell/navigation.ts`. */
const pages = [
  fleetRoute,
  tasksRoute,
  submitRoute,
  taskRoute,
  whatIfRoute,
  evaluationRoute,
  specificationRoute,
  evaluationRunRoute,
  observatoryRoute,
  ...kindRoutes,
  membersRoute,
  tokensRoute,
  auditRoute,
] as const;

export const openRouter = (queryClient: QueryClient) =>
  createRouter({
    routeTree: rootRoute.addChildren([signInRoute, shellRoute.addChildren(pages)]),
    context: { queryClient },
    defaultPreload: "intent",
    scrollRestoration: true,
  });

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof openRouter>;
  }
}
