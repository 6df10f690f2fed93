/** A number in [0, 1); the next call gives the next one. */
export type RandomSource = () => number;

/** Mulberry32 (Tommy Ettinger, public domain): small, fast, the same everywhere for the same seed. */
export function seededRandom(seed: number): RandomSource {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An integer in 0 … below − 1. */
export const randomBelow = (random: RandomSource, below: number): number => Math.floor(random() * below);
