/** Chance from a seed: the same seed draws the same weather and the same tasks. */
export interface Chance {
  /** At least `low`, below `high`. */
  between(low: number, high: number): number;
  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number;
  /** One of them, as often as its weight says. */
  pick<Choice extends string>(weights: Readonly<Record<Choice, number>>): Choice;
  /** Another stream that nothing drawn here changes. */
  fork(name: string): Chance;
}

export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    return mixed(state) / 2 ** 32;
  };
  const between = (low: number, high: number): number => low + next() * (high - low);
  return {
    between,
    whole: (low, high) => Math.floor(between(low, high + 1)),
    pick: (weights) => {
      const entries = Object.entries(weights) as [keyof typeof weights, number][];
      let left = between(
        0,
        entries.reduce((sum, [, weight]) => sum + weight, 0),
      );
      return (entries.find(([, weight]) => (left -= weight) < 0) ?? entries.at(-1)!)[0];
    },
    fork: (name) => {
      let hash = seed;
      for (const character of name) hash = mixed(hash ^ character.codePointAt(0)!);
      return chanceOf(hash);
    },
  };
}

/** The finaliser of MurmurHash3: neighbouring numbers come out unlike each other. */
function mixed(value: number): number {
  let word = value >>> 0;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}
