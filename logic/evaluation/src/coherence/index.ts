export {
  principalComponents,
  componentsOfCorrelation,
  varimax,
  type PrincipalComponents,
} from "./principal-components.ts";
export { kendall, midranks, pearson, spearman, type CorrelationKind } from "../numeric/statistics.ts";
export * from "./reliability.ts";
export * from "./correlations.ts";
export * from "./effective-weights.ts";
