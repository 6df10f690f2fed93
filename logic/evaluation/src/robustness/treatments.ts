import type { Specification } from "../specification/schema.ts";
import type { Imputation, Normalisation, OutlierTreatment } from "../specification/steps-schema.ts";

/** What is done to the columns before they are aggregated. */
export interface Treatments {
  readonly imputation?: Imputation | undefined;
  readonly outliers?: OutlierTreatment | undefined;
  readonly normalisation?: Normalisation | undefined;
}

/** The specification with other treatments; they replace the choices of single indicators too. */
export function withTreatments(
  specification: Specification,
  { imputation, outliers, normalisation }: Treatments,
): Specification {
  return {
    ...specification,
    steps: {
      ...specification.steps,
      ...(imputation && { imputation }),
      ...(outliers && { outliers }),
      ...(normalisation && { normalisation }),
    },
    indicators: specification.indicators.map((indicator) => ({
      ...indicator,
      ...(imputation && { imputation: undefined }),
      ...(outliers && { outliers: undefined }),
      ...(normalisation && { normalisation: undefined }),
    })),
  };
}
