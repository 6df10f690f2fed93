import type { DataSet } from "../data/dataset.ts";
import { type DataFile, readDataFile, toDataFile } from "../data/read-json.ts";
import { monteCarlo, type UncertaintyResult } from "../robustness/monte-carlo.ts";
import { compilePlan } from "../robustness/plan.ts";
import { readSpecification } from "../specification/parse.ts";
import type { Specification } from "../specification/schema.ts";
import { refuse } from "../specification/types.ts";
import { compute, type ComputeOptions } from "./compute.ts";
import { ENGINE } from "./engine.ts";
import { toResult, type EvaluationResult } from "./result.ts";

/** What is computed, besides the scores. */
export interface BundleRequest {
  readonly options?: ComputeOptions;
  /** Index and period whose uncertainty is part of the bundle; the specification says how. */
  readonly uncertainty?: { readonly index: string; readonly period: string };
}

/** Everything needed to recompute a result, and the result. */
export interface Bundle {
  readonly format: "yunhe.dev/index-bundle/v1";
  readonly engine: { readonly name: string; readonly version: string };
  readonly specification: unknown;
  readonly data: unknown;
  readonly request: BundleRequest;
  readonly seed: number | null;
  readonly result: EvaluationResult;
  readonly uncertainty: UncertaintyResult | null;
}

/** The bundle as JSON text. The same inputs give the same bytes, on every supported Node. */
export function createBundle(
  specification: Specification,
  data: DataSet,
  request: BundleRequest = {},
): string {
  // What is written is what is computed from: both go through the file form first.
  const file = JSON.parse(JSON.stringify({ specification, data: canonical(specification, data) })) as {
    specification: object;
    data: object;
  };
  const plainSpecification = readSpecification(file.specification);
  const plainData = readDataFile(plainSpecification, file.data);
  const bundle: Bundle = {
    format: "yunhe.dev/index-bundle/v1",
    engine: ENGINE,
    specification: file.specification,
    data: file.data,
    request,
    seed: request.uncertainty === undefined ? null : (plainSpecification.uncertainty?.seed ?? null),
    result: toResult(compute(plainSpecification, plainData, request.options)),
    uncertainty:
      request.uncertainty === undefined
        ? null
        : uncertaintyOf(plainSpecification, plainData, request.uncertainty, request.options),
  };
  return `${JSON.stringify(bundle)}\n`;
}

/** The file form that reads and writes to itself: origins stand in the order of the cells, not of the file they came from. */
const canonical = (specification: Specification, data: DataSet): DataFile =>
  toDataFile(specification, readDataFile(specification, toDataFile(specification, data)));

/** True when recomputing the bundle gives the same bytes. @throws EvaluationError when it is no bundle of this format */
export function verifyBundle(text: string): boolean {
  const bundle = JSON.parse(text) as Partial<Bundle>;
  if (bundle.format !== "yunhe.dev/index-bundle/v1")
    refuse(
      "not-a-bundle",
      {},
      "This is not a bundle: its format is not yunhe.dev/index-bundle/v1.",
      "这不是结果包：格式不是 yunhe.dev/index-bundle/v1。",
    );
  const specification = readSpecification(bundle.specification as object);
  return (
    createBundle(specification, readDataFile(specification, bundle.data as object), bundle.request) === text
  );
}

function uncertaintyOf(
  specification: Specification,
  data: DataSet,
  target: { index: string; period: string },
  options: ComputeOptions = {},
): UncertaintyResult {
  const { uncertainty } = specification;
  if (uncertainty === undefined)
    return refuse(
      "no-factors",
      { path: "uncertainty" },
      "The specification has no section uncertainty.",
      "规范中没有 uncertainty 部分。",
    );
  return monteCarlo(
    compilePlan(specification, data, { ...target, extensions: options.extensions }, uncertainty.factors),
    uncertainty,
  );
}
