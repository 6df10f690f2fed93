import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../app/shell-route.ts";

export const runTabs = [
  "ranking",
  "map",
  "contributions",
  "heat",
  "flow",
  "profile",
  "scenario",
  "variants",
  "robustness",
  "coherence",
  "log",
] as const;
export type RunTab = (typeof runTabs)[number];

export interface RunSearch {
  readonly tab?: RunTab | undefined;
  readonly index?: string | undefined;
  readonly period?: string | undefined;
  readonly entity?: string | undefined;
}

const text = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value) : undefined;

export const evaluationRunRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/evaluation/runs/$namespace/$name",
  validateSearch: (search: Readonly<Record<string, unknown>>): RunSearch => ({
    tab: runTabs.find((each) => each === search["tab"]),
    index: text(search["index"]),
    period: text(search["period"]),
    entity: text(search["entity"]),
  }),
  component: lazyRouteComponent(() => import("./RunPage.tsx")),
});
