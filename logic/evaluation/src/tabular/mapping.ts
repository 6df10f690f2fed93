/** What a column or row of a file can be mapped to: an indicator, an entity, or a role such as "year". */
export interface MappingTarget {
  readonly id: string;
  readonly en: string;
  readonly zh: string;
  /** Further names: short forms, codes, former names. */
  readonly aliases?: readonly string[];
}

export interface MappingProposal {
  /** The name in the file. */
  readonly name: string;
  /** The best target, or null when none is likely enough. */
  readonly target: string | null;
  /** 1 exact, down to 0; below the threshold nothing is proposed. */
  readonly confidence: number;
  /** Other targets by confidence, best first, at most three. */
  readonly alternatives: readonly { readonly target: string; readonly confidence: number }[];
}

export interface MappingOptions {
  /** Least confidence of a proposal. */
  readonly threshold?: number;
}

/**
 * Proposes for each name of a file one target of the specification, each target at most once, best pairs first.
 * Names are compared without case, width, punctuation, units in brackets and, for Chinese regions, administrative
 * suffixes. A person confirms: proposals below 1 are never applied by themselves.
 */
export function proposeMapping(
  names: readonly string[],
  targets: readonly MappingTarget[],
  options: MappingOptions = {},
): MappingProposal[] {
  const { threshold = 0.55 } = options;
  const scores = names.map((name) =>
    targets
      .map((target) => ({ target: target.id, confidence: confidenceOf(name, target) }))
      .toSorted((a, b) => b.confidence - a.confidence),
  );
  const pairs = scores
    .flatMap((row, i) => row.map((score) => ({ i, ...score })))
    .filter(({ confidence }) => confidence >= threshold)
    .toSorted((a, b) => b.confidence - a.confidence || a.i - b.i);
  const chosen = new Map<number, { target: string; confidence: number }>();
  const taken = new Set<string>();
  for (const { i, target, confidence } of pairs) {
    if (chosen.has(i) || taken.has(target)) continue;
    chosen.set(i, { target, confidence });
    taken.add(target);
  }
  return names.map((name, i) => {
    const best = chosen.get(i);
    const others = scores[i]!.filter(({ target, confidence }) => target !== best?.target && confidence > 0.3);
    return {
      name,
      target: best?.target ?? null,
      confidence: best?.confidence ?? 0,
      alternatives: others.slice(0, 3),
    };
  });
}

function confidenceOf(name: string, target: MappingTarget): number {
  const known = [target.id, target.en, target.zh, ...(target.aliases ?? [])].filter((text) => text !== "");
  return Math.max(...known.map((text) => similarity(name, text)));
}

/** 1: the same text; 0.98: the same but for form; 0.95: but for bracketed units; else overlap of letter pairs. */
export function similarity(a: string, b: string): number {
  if (a === b) return 1;
  const [x, y] = [bare(a), bare(b)];
  if (x === "" || y === "") return 0;
  if (x === y) return 0.98;
  const [u, v] = [core(a), core(b)];
  if (u !== "" && u === v) return 0.95;
  return 0.9 * pairOverlap(u || x, v || y);
}

/** Lower case, half width, no spaces or punctuation. */
function bare(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[\p{P}\p{S}\s]+/gu, "");
}

const regionSuffix = /(?:壮族自治区|回族自治区|维吾尔自治区|特别行政区|自治区|省|市)$/u;

/** Also without brackets and what they hold, and without the suffix of a province. */
function core(text: string): string {
  const unbracketed = text.normalize("NFKC").replaceAll(/[([【][^)\]】]*[)\]】]/gu, "");
  return bare(unbracketed)
    .replace(regionSuffix, "")
    .replace(/(?<=[a-z])province$/u, "");
}

/** Dice coefficient of adjacent letter pairs; of letters for texts of one letter. */
function pairOverlap(a: string, b: string): number {
  const pairs = (text: string) => {
    const letters = Array.from(text);
    return letters.length < 2 ? letters : letters.slice(1).map((letter, i) => `${letters[i]}${letter}`);
  };
  const [left, right] = [pairs(a), pairs(b)];
  const rest = [...right];
  let common = 0;
  for (const pair of left) {
    const at = rest.indexOf(pair);
    if (at < 0) continue;
    rest.splice(at, 1);
    common++;
  }
  return (2 * common) / (left.length + right.length);
}
