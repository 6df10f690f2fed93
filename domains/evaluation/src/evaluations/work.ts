import {
  compilePlan,
  compute,
  createBundle,
  type EvaluationResult,
  MonteCarlo,
  oneAtATime,
  parseSpecification,
  type Plan,
  type PlanTarget,
  readDataFile,
  refuse,
  type RemovalResult,
  type SensitivityResult,
  SobolAnalysis,
  type Specification,
  toResult,
  type UncertaintyResult,
} from "@yunhe/evaluation";
import type { EvaluationSpec, EvaluationStatus } from "../kinds/evaluation.ts";

export interface WorkOrder {
  readonly definition: object;
  /** The data file. */
  readonly data: object;
  readonly spec: Pick<EvaluationSpec, "indices" | "periods" | "extensions" | "robustness">;
}

/** The stored result; the documented JSON of each part is the library's. */
export interface WorkResult {
  readonly format: "yunhe.dev/evaluation-result/v1";
  readonly result: EvaluationResult;
  readonly uncertainty: UncertaintyResult | null;
  readonly sensitivity: SensitivityResult | null;
  readonly removal: RemovalResult | null;
}

export interface WorkDone {
  readonly result: WorkResult;
  readonly bundle: string;
  readonly seed: number | undefined;
}

export type Step = NonNullable<EvaluationStatus["step"]>;
export type OnProgress = (step: Step, progress: number) => void;

/** Replications between two reports: some ten milliseconds. */
const replicationsAtOnce = 1000;

/** Computes everything an evaluation asks for. @throws EvaluationError with every reason for which it cannot */
export function work(order: WorkOrder, onProgress: OnProgress): WorkDone {
  const { robustness, indices, periods, extensions } = order.spec;
  onProgress("scores", 0);
  const specification = withSettings(parseSpecification(order.definition), robustness);
  const data = readDataFile(specification, order.data);
  const options = {
    ...(indices.length > 0 && { indices }),
    ...(periods.length > 0 && { periods }),
    ...(extensions && { extensions }),
  };
  const result = toResult(compute(specification, data, options));
  const target = robustness && {
    index: robustness.index,
    period: robustness.period ?? data.periods.at(-1) ?? "",
    extensions,
  };
  const plan = target && compilePlan(specification, data, target, specification.uncertainty!.factors);
  const uncertainty = plan
    ? simulate(new MonteCarlo(plan, specification.uncertainty!), specification, onProgress)
    : null;
  const shares =
    plan && robustness?.sobolPoints !== undefined
      ? sobol(plan, specification, robustness.sobolPoints, onProgress)
      : null;
  onProgress("removal", 0.7);
  const removal = target && robustness?.removal ? removalOf(specification, data, target) : null;
  onProgress("bundle", 0.8);
  const bundle = createBundle(specification, data, { options, ...(target && { uncertainty: target }) });
  return {
    result: { format: "yunhe.dev/evaluation-result/v1", result, uncertainty, sensitivity: shares, removal },
    bundle,
    seed: target && specification.uncertainty?.seed,
  };
}

/** Seed and replications of the run become the specification's, so that the bundle recomputes with them. */
function withSettings(specification: Specification, robustness: EvaluationSpec["robustness"]): Specification {
  if (robustness === undefined) return specification;
  if (specification.uncertainty === undefined)
    return refuse(
      "no-factors",
      { path: "uncertainty" },
      "The specification has no section uncertainty: name what is uncertain there, or ask for scores only.",
      "规范中没有 uncertainty 部分：请在其中说明哪些因素不确定，或只计算得分。",
    );
  const { seed = specification.uncertainty.seed, replications = specification.uncertainty.replications } =
    robustness;
  return { ...specification, uncertainty: { ...specification.uncertainty, seed, replications } };
}

function simulate(
  run: MonteCarlo,
  { uncertainty }: Specification,
  onProgress: OnProgress,
): UncertaintyResult {
  while (!run.finished) {
    onProgress("uncertainty", (0.5 * run.done) / uncertainty!.replications);
    run.advance(replicationsAtOnce);
  }
  return run.result();
}

function sobol(
  plan: Plan,
  { uncertainty }: Specification,
  points: number,
  onProgress: OnProgress,
): SensitivityResult {
  const { seed, interval } = uncertainty!;
  const run = new SobolAnalysis(plan, { seed, interval, points, bootstrap: 100 });
  const pointsAtOnce = Math.ceil(replicationsAtOnce / run.runsPerPoint);
  while (!run.finished) {
    onProgress("sensitivity", 0.5 + (0.2 * run.done) / points);
    run.advance(pointsAtOnce);
  }
  return run.result();
}

/** Where positions are weighted, nothing can be left out; that is no reason to refuse the rest. */
function removalOf(
  specification: Specification,
  data: ReturnType<typeof readDataFile>,
  target: PlanTarget,
): RemovalResult | null {
  const ordered = specification.indices.some(({ aggregation }) => aggregation.method === "owa");
  return ordered ? null : oneAtATime(specification, data, target);
}
