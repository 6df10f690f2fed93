import { dataSetKind } from "./data-set.ts";
import { evaluationKind } from "./evaluation.ts";
import { figureKind } from "./figure.ts";
import { indexSpecificationKind } from "./index-specification.ts";

/** Every kind of the evaluation domain. */
export const evaluationKinds = [indexSpecificationKind, dataSetKind, evaluationKind, figureKind] as const;

export * from "./data-set.ts";
export * from "./evaluation.ts";
export * from "./figure.ts";
export * from "./index-specification.ts";
