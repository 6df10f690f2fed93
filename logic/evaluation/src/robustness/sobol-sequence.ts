import { mix32 } from "./random.ts";
import { sobolDimensions } from "./sobol-directions.ts";

/** Dimensions with published direction numbers; further ones get pseudo-random coordinates. */
export const QUASI_RANDOM_DIMENSIONS = sobolDimensions.length + 1;

/**
 * Sobol's sequence in Gray-code order (I. A. Antonov and V. M. Saleev, 1979) with Owen's nested uniform scrambling, done
 * by hashing as in B. Burley, "Practical hash-based Owen scrambling", JCGT 9(4) (2020), after S. Laine and T. Karras
 * (2011). Integer arithmetic only: the same seed gives the same points everywhere. At most 2^32 points.
 */
export class SobolSequence {
  readonly dimensions: number;
  readonly #quasi: number;
  /** Direction numbers with their bits reversed, 32 per dimension. */
  readonly #directions: Int32Array;
  readonly #state: Int32Array;
  readonly #seeds: Int32Array;
  readonly #scrambled: boolean;
  #index = 0;

  /** @param seed 32 bits; null for the plain, unscrambled sequence */
  constructor(dimensions: number, seed: number | null) {
    this.dimensions = dimensions;
    this.#quasi = Math.min(dimensions, QUASI_RANDOM_DIMENSIONS);
    this.#directions = reversedDirections(this.#quasi);
    this.#state = new Int32Array(this.#quasi);
    this.#scrambled = seed !== null;
    this.#seeds = Int32Array.from({ length: dimensions }, (_, d) =>
      mix32(((seed ?? 0) + Math.imul(d + 1, 0x9e3779b9)) | 0),
    );
  }

  /** Writes the next point, every coordinate in [0, 1). Does not allocate. */
  next(out: Float64Array): void {
    if (this.#index > 0) {
      const bit = 31 - Math.clz32(this.#index & -this.#index);
      for (let d = 0; d < this.#quasi; d += 1)
        this.#state[d] = this.#state[d]! ^ this.#directions[d * 32 + bit]!;
    }
    for (let d = 0; d < this.#quasi; d += 1) {
      const word = this.#scrambled ? permute(this.#state[d]!, this.#seeds[d]!) : this.#state[d]!;
      out[d] = (reverseBits(word) >>> 0) / 4294967296;
    }
    for (let d = this.#quasi; d < this.dimensions; d += 1)
      out[d] = (mix32((this.#seeds[d]! + Math.imul(this.#index + 1, 0x85ebca6b)) | 0) >>> 0) / 4294967296;
    this.#index += 1;
  }
}

/** A permutation in which each bit depends only on lower ones: on reversed words that is nested scrambling. */
function permute(word: number, seed: number): number {
  let x = (word + seed) | 0;
  x ^= Math.imul(x, 0x6c50b47c);
  x ^= Math.imul(x, 0xb82f1e52);
  x ^= Math.imul(x, 0xc7afe638);
  x ^= Math.imul(x, 0x8d22f6e6);
  return x;
}

function reverseBits(word: number): number {
  let x = word;
  x = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  x = ((x >>> 2) & 0x33333333) | ((x & 0x33333333) << 2);
  x = ((x >>> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
  x = ((x >>> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8);
  return (x >>> 16) | (x << 16);
}

/** P. Bratley and B. L. Fox (1988): m_k = 2 a_1 m_(k-1) ^ 4 a_2 m_(k-2) ^ ... ^ 2^s m_(k-s) ^ m_(k-s). */
function reversedDirections(dimensions: number): Int32Array {
  const directions = new Int32Array(dimensions * 32);
  for (let k = 0; k < 32; k += 1) directions[k] = 1 << k;
  for (let d = 1; d < dimensions; d += 1) {
    const { degree, coefficients, initial } = sobolDimensions[d - 1]!;
    const m: bigint[] = initial.map(BigInt);
    for (let k = degree; k < 32; k += 1) {
      let value = m[k - degree]! ^ (m[k - degree]! << BigInt(degree));
      for (let j = 1; j < degree; j += 1)
        if (((coefficients >>> (degree - 1 - j)) & 1) === 1) value ^= m[k - j]! << BigInt(j);
      m.push(value);
    }
    for (let k = 0; k < 32; k += 1)
      directions[d * 32 + k] = reverseBits(Number(BigInt.asIntN(32, m[k]! << BigInt(31 - k))));
  }
  return directions;
}
