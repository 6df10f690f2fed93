/**
 * Chance from a seed, in named streams: what one part of the world draws does not move what another part draws, so a
 * fault can be taken away from a seed and the rest of the seed stays nearly as it was.
 */
export class Chance {
  readonly #seed: number;
  #state: number;

  constructor(seed: number) {
    this.#seed = seed | 0;
    this.#state = seed | 0;
  }

  /** Uniform in [0, 1). SplitMix with 32 bits of state (Steele, Lea and Flood, OOPSLA 2014). */
  next = (): number => {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    return mix(this.#state) / 2 ** 32;
  };

  fork(name: string): Chance {
    return new Chance(mix(hashText(name) ^ mix(this.#seed ^ 0x5bd1e995)));
  }

  /** True with this probability; draws nothing at 0, so that a fault that is off costs nothing. */
  is(probability: number): boolean {
    return probability > 0 && this.next() < probability;
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  /** An integer from `low` to `high`, both possible. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.next() * items.length)]!;
  }

  /** RFC 9562, version 4, from four draws: identifiers are made often and need not be unguessable here. */
  uuid = (): string => {
    const words = [0, 1, 2, 3].map(() => Math.floor(this.next() * 2 ** 32));
    const hex = words.map((word) => word.toString(16).padStart(8, "0")).join("");
    const variant = "89ab"[words[2]! & 3]!;
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  };
}

function mix(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x21f0aaad);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x735a2d97);
  mixed ^= mixed >>> 15;
  return mixed >>> 0;
}

/** FNV-1a, 32 bits. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}
