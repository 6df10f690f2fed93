import { log } from "../numeric/elementary.ts";
import type { Words } from "../numeric/input-error.ts";
import { defaultRandomIndex, randomIndex, type RandomIndexName } from "./random-index.ts";
import type { JudgementMatrix } from "./judgements.ts";

export interface ConsistencyOptions {
  readonly randomIndexTable?: RandomIndexName;
  /** Acceptance limit of CR; 0.1 unless given (Saaty 1980). */
  readonly limit?: number;
}

export type Consistency =
  /** One or two items are always consistent: CI and CR do not exist, and are not 0. */
  | { readonly kind: "notApplicable"; readonly reason: Words }
  | {
      readonly kind: "assessed";
      /** CI = (λmax − n)/(n − 1). */
      readonly index: number;
      readonly randomIndex: number;
      readonly randomIndexTable: RandomIndexName;
      /** CR = CI / RI. */
      readonly ratio: number;
      readonly limit: number;
      readonly acceptable: boolean;
      /** GCI, the measure that belongs to the geometric mean (Aguarón & Moreno-Jiménez 2003); null if incomplete. */
      readonly geometricIndex: number | null;
      /** Stays on every output when CR exceeds the limit. */
      readonly warning: Words | null;
    };

/** Consistency of a matrix with known weights and λmax; `missing` counts the pairs that were not compared. */
export function assessConsistency(
  matrix: JudgementMatrix,
  weights: readonly number[],
  lambdaMax: number,
  options: ConsistencyOptions = {},
  missing = 0,
): Consistency {
  const n = matrix.length;
  const redundant = ((n - 1) * (n - 2)) / 2 - missing;
  if (n < 3) return notApplicable("fewer than three items are compared", "比较的项目少于三个");
  if (redundant <= 0) return notApplicable("no judgement is redundant", "没有冗余判断");
  const { randomIndexTable = defaultRandomIndex, limit = 0.1 } = options;
  const index = clean((lambdaMax - n) / (n - 1));
  const random = randomIndex(n, randomIndexTable) * incompleteFactor(n, missing);
  const ratio = index / random;
  return {
    kind: "assessed",
    index,
    randomIndex: random,
    randomIndexTable,
    ratio,
    limit,
    acceptable: ratio <= limit,
    geometricIndex: missing === 0 ? geometricConsistencyIndex(matrix, weights) : null,
    warning: ratio <= limit ? null : warningOf(ratio, limit),
  };
}

function notApplicable(en: string, zh: string): Consistency {
  return { kind: "notApplicable", reason: { en: `Not applicable: ${en}.`, zh: `不适用：${zh}。` } };
}

/** λmax ≥ n holds exactly, so what is below, or within rounding above, is 0. */
function clean(index: number): number {
  return index < 1e-14 ? 0 : index;
}

/**
 * The random index of matrices with m missing pairs is close to (1 − 2m/((n − 1)(n − 2))) times the complete one.
 * Source: K. C. Ágoston & L. Csató, Inconsistency thresholds for incomplete pairwise comparison matrices,
 * Omega 108 (2022) 102576.
 */
function incompleteFactor(n: number, missing: number): number {
  return 1 - (2 * missing) / ((n - 1) * (n - 2));
}

/** GCI = 2/((n − 1)(n − 2)) Σ_{i<j} ln²(a(i,j) w(j)/w(i)). */
function geometricConsistencyIndex(matrix: JudgementMatrix, weights: readonly number[]): number {
  const n = matrix.length;
  let total = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) total += log((matrix[i]![j]! * weights[j]!) / weights[i]!) ** 2;
  }
  return (2 * total) / ((n - 1) * (n - 2));
}

function warningOf(ratio: number, limit: number): Words {
  return {
    en: `The judgements are inconsistent: CR = ${ratio.toFixed(4)} exceeds ${limit}. Review the judgements that the hints name.`,
    zh: `判断不一致：CR = ${ratio.toFixed(4)}，超过 ${limit}。请复核提示中列出的判断。`,
  };
}
