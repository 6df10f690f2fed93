/** A printed figure: what it says exactly, and the interval that its digits and signs leave open. */
export type Amount =
  | {
      readonly kind: "number" | "about" | "atLeast" | "atMost" | "range" | "multiple";
      /** The number printed (the middle of a range). */
      readonly value: number;
      /** What the true value can be: half a unit of the last printed digit around it, or a bound. */
      readonly low: number;
      readonly high: number;
    }
  | { readonly kind: "words" };

const number = String.raw`(\d[\d,]*(?:\.\d+)?)`;
const words: Amount = { kind: "words" };

/**
 * Reads a value as publications print it: 5864, 31.20, >10000, <2, ~60, ~1/3, 10-20, x2, "5 (2019-2023)".
 * Anything else, such as "several tens" or "19 / 52", is words and takes part in no arithmetic.
 */
export function parseAmount(text: string): Amount {
  const plain = text
    .normalize("NFKC")
    .replace(/\s*\(.*\)\s*$/u, "")
    .trim();
  const fraction = /^~\s*(\d+)\/(\d+)$/u.exec(plain);
  if (fraction) return around("about", Number(fraction[1]) / Number(fraction[2]), 0.05);
  const range = new RegExp(`^${number}\\s*[-–~]\\s*${number}$`, "u").exec(plain);
  if (range) return rangeOf(toNumber(range[1]!), toNumber(range[2]!));
  const match = new RegExp(`^(>=?|<=?|≥|≤|~|≈|约|近|超|x|×)?\\s*(-?)${number}$`, "u").exec(plain);
  if (!match) return words;
  const digits = match[3]!;
  const value = toNumber(digits) * (match[2] === "-" ? -1 : 1);
  const sign = match[1] ?? "";
  if (["x", "×"].includes(sign)) return { kind: "multiple", value, low: value, high: value };
  if ([">", ">=", "≥", "超"].includes(sign)) return { kind: "atLeast", value, low: value, high: Infinity };
  if (["<", "<=", "≤", "近"].includes(sign)) return { kind: "atMost", value, low: -Infinity, high: value };
  if (sign) return around("about", value, lastSignificantUnit(digits) / 2);
  return around("number", value, lastPrintedUnit(digits) / 2);
}

function toNumber(digits: string): number {
  return Number(digits.replaceAll(",", ""));
}

function around(kind: "number" | "about", value: number, half: number): Amount {
  return { kind, value, low: value - half, high: value + half };
}

function rangeOf(low: number, high: number): Amount {
  return low < high ? { kind: "range", value: (low + high) / 2, low, high } : words;
}

/** 31.20 → 0.01, 5864 → 1. */
function lastPrintedUnit(digits: string): number {
  return 10 ** -(digits.split(".")[1]?.length ?? 0);
}

/** 60 → 10, 5000 → 1000, 40 → 10, 15 → 1: trailing zeros of an approximate integer carry no information. */
function lastSignificantUnit(digits: string): number {
  if (digits.includes(".")) return lastPrintedUnit(digits);
  return 10 ** /0*$/u.exec(digits.replaceAll(",", ""))![0].length;
}

/** True for amounts with a definite number: one can compute growth and sums with them. */
export function isNumber(amount: Amount): amount is Exclude<Amount, { kind: "words" }> {
  return amount.kind === "number" || amount.kind === "about";
}
