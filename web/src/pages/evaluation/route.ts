import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../app/shell-route.ts";

export const evaluationRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/evaluation",
  component: lazyRouteComponent(() => import("./EvaluationPage.tsx")),
});
