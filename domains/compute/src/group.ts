/** API group of everything that computes. */
export const computeGroup = "compute.yunhe.dev";
export const computeApiVersion = `${computeGroup}/v1`;
