/** Named in every result and bundle: results are reproduced by the same version. */
export const ENGINE = { name: "@yunhe/evaluation", version: "0.1.0" } as const;
