/** Jain's index over values of at least 0 (Jain, Chiu and Hawe, 1984): 1 when equal, 1 ÷ n when one has it all. */
export function jain(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  const squares = values.reduce((total, value) => total + value * value, 0);
  return squares === 0 ? 1 : (sum * sum) / (values.length * squares);
}

/** Jain's index over the weighted shares of those who compete, averaged over the time in which at least two do. */
export class ShareFairness {
  #area = 0;
  #spanMs = 0;

  /** `shares`: of those who had something waiting during the span. */
  advance(spanMs: number, shares: readonly number[]): void {
    if (shares.length < 2 || spanMs === 0) return;
    this.#area += spanMs * jain(shares);
    this.#spanMs += spanMs;
  }

  result(): number | null {
    return this.#spanMs === 0 ? null : this.#area / this.#spanMs;
  }
}
