import { queryOptions } from "@tanstack/react-query";
import type * as evaluation from "@yunhe/evaluation";

export type Library = typeof evaluation;

/** The library itself, loaded when first needed: specifications are checked in the browser as they are typed. */
export const libraryQuery = queryOptions({
  queryKey: ["evaluation-library"],
  queryFn: () => import("@yunhe/evaluation"),
  staleTime: Infinity,
});
