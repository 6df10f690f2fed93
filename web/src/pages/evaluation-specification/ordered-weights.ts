/** 1: only the best counts; 0: only the worst; 0.5: the mean. R. R. Yager, IEEE Trans. SMC 18 (1988) 183-190. */
export function orness(order: readonly number[]): number {
  const n = order.length;
  if (n < 2) return 0.5;
  return order.reduce((sum, weight, at) => sum + (n - 1 - at) * weight, 0) / (n - 1);
}

/** Entropy over that of equal weights: 1 when all positions count alike, 0 when one decides. Ibid. */
export function dispersion(order: readonly number[]): number {
  if (order.length < 2) return 0;
  const entropy = order.reduce((sum, weight) => sum - (weight > 0 ? weight * Math.log(weight) : 0), 0);
  return entropy / Math.log(order.length);
}
