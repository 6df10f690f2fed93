/**
 * xoshiro128** (D. Blackman and S. Vigna, "Scrambled linear pseudorandom number generators", 2018): 32-bit integer
 * arithmetic only, hence the same numbers everywhere. State is four words of an Int32Array at `at`.
 */
export class RandomStream {
  readonly #state = new Int32Array(4);

  constructor(seed: number, stream = 0) {
    this.reseed(seed, stream);
  }

  /** Restarts from a 32-bit seed and stream number, expanded by a 32-bit mixer. */
  reseed(seed: number, stream = 0): void {
    for (let k = 0; k < 4; k += 1)
      this.#state[k] =
        mix32((seed + Math.imul(stream, 0x9e3779b9) + Math.imul(k + 1, 0x85ebca6b)) | 0) | (k === 0 ? 1 : 0);
  }

  /** The next 32 bits as a signed integer. */
  next(): number {
    const s = this.#state;
    const s1 = s[1]!;
    const product = Math.imul(s1, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9);
    const s2 = s[2]! ^ s[0]!;
    const s3 = s[3]! ^ s1;
    s[1] = s1 ^ s2;
    s[0] = s[0]! ^ s3;
    s[2] = s2 ^ (s1 << 9);
    s[3] = (s3 << 11) | (s3 >>> 21);
    return result;
  }

  /** Uniform in [0, 1), 32 bits. */
  uniform(): number {
    return (this.next() >>> 0) / 4294967296;
  }

  /** Uniform whole number below `bound`. */
  below(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }
}

/** A bijection of 32-bit words whose output bits each depend on all input bits ("lowbias32", C. Wellons 2018). */
export function mix32(word: number): number {
  let x = word;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return x ^ (x >>> 16);
}
