const factors: Readonly<Record<string, number>> = {
  ...Object.fromEntries(["Ki", "Mi", "Gi", "Ti", "Pi"].map((unit, at) => [unit, 1024 ** (at + 1)])),
  ...Object.fromEntries(["k", "M", "G", "T", "P"].map((unit, at) => [unit, 1000 ** (at + 1)])),
  m: 0.001,
};

/**
 * A Kubernetes quantity, such as `500m`, `4Gi` or `64`, as a number; undefined when there is none.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function quantityOf(value: string | number | undefined): number | undefined {
  const [, digits, unit = ""] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(String(value ?? "")) ?? [];
  const factor = unit === "" ? 1 : factors[unit];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}
