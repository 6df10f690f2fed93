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

/** Scales of judgement, and the tables of the random index by who published them. */
const ahpWords = {
  linear: w("linear (Saaty)", "线性（Saaty）"),
  power: w("power", "幂"),
  geometric: w("geometric (Lootsma)", "几何（Lootsma）"),
  logarithmic: w("logarithmic", "对数"),
  "root-square": w("root square", "平方根"),
  asymptotical: w("asymptotical", "渐近"),
  "inverse-linear": w("inverse linear", "反线性"),
  balanced: w("balanced", "平衡"),
  "balanced-n": w("balanced by size", "按阶平衡"),
  adaptive: w("adaptive", "自适应"),
  "adaptive-balanced": w("adaptive balanced", "自适应平衡"),
  koczkodaj: w("small (Koczkodaj)", "小标度（Koczkodaj）"),
  saaty1980: w("Saaty 1980", "Saaty（1980）"),
  saaty2008: w("Saaty 2008", "Saaty（2008）"),
  goldenWang1989: w("Golden and Wang 1989", "Golden 与 Wang（1989）"),
  nobleSanchez1993: w("Noble and Sanchez 1993", "Noble 与 Sanchez（1993）"),
  tummalaWan1994: w("Tummala and Wan 1994", "Tummala 与 Wan（1994）"),
  aguaronMoreno2003: w("Aguarón and Moreno 2003", "Aguarón 与 Moreno（2003）"),
  alonsoLamata2006: w("Alonso and Lamata 2006", "Alonso 与 Lamata（2006）"),
  alonsoLamataFit: w("Alonso and Lamata, any size", "Alonso 与 Lamata（任意阶）"),
} as const;

/** A method's name for people; one that is not known stands as it is written. */
export const methodName = (method: string): Words =>
  (methodWords as Readonly<Record<string, Words>>)[method] ?? { en: method, zh: method };

/** The same for a scale of judgement or a table of the random index. */
export const ahpName = (name: string): Words =>
  (ahpWords as Readonly<Record<string, Words>>)[name] ?? { en: name, zh: name };
