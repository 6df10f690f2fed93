import { w, type Words } from "./words.ts";

/** How members are weighted and put together, by the names that a specification uses. */
export const methodWords = {
  equal: w("equal weights", "等权"),
  manual: w("manual weights", "手工权重"),
  ahp: w("AHP", "AHP"),
  pca: w("principal components", "主成分"),
  factor: w("factor analysis", "因子分析"),
  entropy: w("entropy", "熵权"),
  critic: w("CRITIC weights", "CRITIC 权重"),
  "budget-allocation": w("budget allocation", "预算分配"),
  "benefit-of-the-doubt": w("benefit of the doubt", "受益权衡"),
  optimised: w("optimised", "优化赋权"),
  arithmetic: w("arithmetic mean", "算术平均"),
  geometric: w("geometric mean", "几何平均"),
  harmonic: w("harmonic mean", "调和平均"),
  generalised: w("generalised mean", "广义平均"),
  owa: w("ordered averaging (OWA)", "有序加权平均（OWA）"),
  median: w("median", "中位数"),
  "mazziotta-pareto": w("Mazziotta-Pareto", "Mazziotta-Pareto 法"),
  borda: w("Borda count", "Borda 计数"),
  copeland: w("Copeland method", "Copeland 法"),
  condorcet: w("Condorcet order", "Condorcet 排序"),
  kemeny: w("Kemeny order", "Kemeny 排序"),
} as const;

/** A method's name for people; one that is not known stands as it is written. */
export const methodName = (method: string): Words =>
  (methodWords as Readonly<Record<string, Words>>)[method] ?? { en: method, zh: method };
