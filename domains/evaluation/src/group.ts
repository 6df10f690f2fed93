/** API group of everything that evaluates. */
export const evaluationGroup = "evaluation.yunhe.dev";
export const evaluationApiVersion = `${evaluationGroup}/v1`;
