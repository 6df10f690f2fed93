import type { ComputeOptions } from "../pipeline/compute.ts";
import type { Text } from "../specification/types.ts";

/** What varies in one dimension of the unit cube. */
export interface PlanFactor {
  readonly id: string;
  readonly label: Text;
}

export interface PlanTarget {
  /** Index whose ranking is examined. */
  readonly index: string;
  readonly period: string;
  readonly extensions?: ComputeOptions["extensions"];
}

/** A dimension that chooses among `count` equally likely things; dimension -1 always chooses the first. */
export interface Choice {
  readonly dimension: number;
  readonly count: number;
}
