import { principalEigenpair } from "../numeric/eigen.ts";
import { checkJudgements, type JudgementMatrix } from "./judgements.ts";
import { randomIndex, type RandomIndexName } from "./random-index.ts";

export interface JudgementHint {
  /** Items compared, counted from 0, row < column. */
  readonly row: number;
  readonly column: number;
  readonly given: number;
  /** w(row)/w(column): the judgement that agrees with the weights. */
  readonly consistent: number;
  /** The nearest value of the scale 1/9 … 9. */
  readonly suggestion: number;
  /** How many times the given value is off, ≥ 1. */
  readonly deviation: number;
  /** CR of the matrix when the suggestion replaces this judgement alone; null for n < 3. */
  readonly ratioAfter: number | null;
}

/**
 * The judgements that disagree most with the weights, worst first: largest max(e, 1/e), e = a(i,j) w(j)/w(i).
 * Source: T. L. Saaty, Decision-making with the AHP: why is the principal eigenvector necessary, EJOR 145 (2003) 85–91.
 */
export function mostInconsistent(
  matrix: JudgementMatrix,
  count = 3,
  randomIndexTable?: RandomIndexName,
): JudgementHint[] {
  checkJudgements(matrix);
  const { vector } = principalEigenpair(matrix);
  const hints: JudgementHint[] = [];
  for (let row = 0; row < matrix.length; row++) {
    for (let column = row + 1; column < matrix.length; column++) {
      const given = matrix[row]![column]!;
      const consistent = vector[row]! / vector[column]!;
      const deviation = Math.max(given / consistent, consistent / given);
      const suggestion = nearestOnScale(consistent);
      hints.push({ row, column, given, consistent, suggestion, deviation, ratioAfter: null });
    }
  }
  const worst = hints.sort((a, b) => b.deviation - a.deviation).slice(0, count);
  return worst.map((hint) => ({ ...hint, ratioAfter: ratioAfter(matrix, hint, randomIndexTable) }));
}

function nearestOnScale(ratio: number): number {
  const intensity = Math.min(9, Math.max(1, Math.round(Math.max(ratio, 1 / ratio))));
  return ratio >= 1 ? intensity : 1 / intensity;
}

function ratioAfter(matrix: JudgementMatrix, hint: JudgementHint, table?: RandomIndexName): number | null {
  const n = matrix.length;
  if (n < 3) return null;
  const changed = matrix.map((row) => [...row]);
  changed[hint.row]![hint.column] = hint.suggestion;
  changed[hint.column]![hint.row] = 1 / hint.suggestion;
  const index = (principalEigenpair(changed).value - n) / (n - 1);
  return Math.max(0, index) / randomIndex(n, table);
}
