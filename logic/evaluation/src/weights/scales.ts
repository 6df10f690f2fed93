import { log, pow } from "../numeric/elementary.ts";
import { InputError } from "../numeric/input-error.ts";
import { checkJudgements, type JudgementMatrix } from "./judgements.ts";

export interface ScaleContext {
  /** Number of items compared; the balanced-n and adaptive scales depend on it. */
  readonly n: number;
  /** Factor, exponent or base of the scale; see each scale. */
  readonly parameter?: number;
}

export interface AhpScale {
  readonly formula: string;
  readonly source: string;
  readonly of: (x: number, context: ScaleContext) => number;
}

const top = 9;

/** The weight of one item judged c times as important as n − 1 equal others, solved for c. */
function ratioFromWeight(weight: number, n: number): number {
  return (weight * (n - 1)) / (1 - weight);
}

function evenlySpaced(x: number, n: number, highest: number): number {
  return ratioFromWeight(1 / n + ((highest - 1 / n) / (top - 1)) * (x - 1), n);
}

const ishizaka =
  "A. Ishizaka & A. Labib, Review of the main developments in the AHP, Expert Systems with Applications 38 (2011) 14336–14345, table 3";
const goepel =
  "K. D. Goepel, Comparison of judgment scales of the AHP – a new approach, IJITDM 18 (2019) 445–463";

/** Scale functions c(x) for verbal intensities x = 1 … 9; judgements below 1 are converted as 1/c(1/x). */
export const ahpScales = {
  linear: {
    formula: "c = a·x for x > 1, 1 for x = 1 (a = 1)",
    source:
      "T. L. Saaty, A scaling method for priorities in hierarchical structures, J. Math. Psych. 15 (1977)",
    of: (x, { parameter = 1 }) => (x === 1 ? 1 : parameter * x),
  },
  power: {
    formula: "c = x^a (a = 2)",
    source: `Harker & Vargas 1987, in ${ishizaka}`,
    of: (x, { parameter = 2 }) => pow(x, parameter),
  },
  geometric: {
    formula: "c = a^(x − 1) (a = 2)",
    source: `Lootsma 1989, in ${ishizaka}`,
    of: (x, { parameter = 2 }) => pow(parameter, x - 1),
  },
  logarithmic: {
    formula: "c = log_a(x + a − 1) (a = 2)",
    source: `Ishizaka, Balkenborg & Kaplan 2010, in ${ishizaka}`,
    of: (x, { parameter = 2 }) => log(x + parameter - 1) / log(parameter),
  },
  "root-square": {
    formula: "c = x^(1/a) (a = 2)",
    source: `Harker & Vargas 1987, in ${ishizaka}`,
    of: (x, { parameter = 2 }) => (parameter === 2 ? Math.sqrt(x) : pow(x, 1 / parameter)),
  },
  asymptotical: {
    formula: "c = exp(artanh(√3 (x − 1)/14)); artanh itself is the logarithm of the ratio, 0 for equal",
    source:
      "H. A. Donegan, F. J. Dodd & T. B. M. McMaster, A new approach to AHP decision-making, The Statistician 41 (1992) 295–302",
    // exp(artanh t) = √((1 + t)/(1 − t)).
    of: (x) => Math.sqrt((14 + Math.sqrt(3) * (x - 1)) / (14 - Math.sqrt(3) * (x - 1))),
  },
  "inverse-linear": {
    formula: "c = 9/(10 − x)",
    source: `Ma & Zheng 1991, in ${ishizaka}`,
    of: (x) => top / (top + 1 - x),
  },
  balanced: {
    formula: "c = w/(1 − w), w = 0.45 + 0.05 x",
    source:
      "A. A. Salo & R. P. Hämäläinen, On the measurement of preferences in the AHP, JMCDA 6 (1997) 309–319",
    of: (x) => (9 + x) / (11 - x),
  },
  "balanced-n": {
    formula: "c = (9 + (n − 1) x)/(9 + n − x)",
    source: goepel,
    of: (x, { n }) => (top + (n - 1) * x) / (top + n - x),
  },
  adaptive: {
    formula: "c = x^(1 + ln(n − 1)/ln 9)",
    source: goepel,
    of: (x, { n }) => pow(x, 1 + log(n - 1) / log(top)),
  },
  "adaptive-balanced": {
    formula: "c = w (n − 1)/(1 − w), w = 1/n + (0.9 − 1/n)(x − 1)/8",
    source: goepel,
    of: (x, { n }) => evenlySpaced(x, n, 0.9),
  },
  koczkodaj: {
    formula: "c = 1 + (x − 1)/8",
    source: `W. W. Koczkodaj's small scale 1 … 2, in ${goepel}`,
    of: (x) => 1 + (x - 1) / (top - 1),
  },
} as const satisfies Record<string, AhpScale>;

export type AhpScaleName = keyof typeof ahpScales;

export const ahpScaleNames = Object.keys(ahpScales) as AhpScaleName[];

/** The ratio that the strongest judgement (9) becomes: what the group's consensus is measured against. */
export function scaleMaximum(name: AhpScaleName, n: number, parameter?: number): number {
  const scale: AhpScale = ahpScales[name];
  return scale.of(top, parameter === undefined ? { n } : { n, parameter });
}

/**
 * Converts judgements made on the scale 1/9 … 9 (NaN where missing) to ratios on another scale.
 * @throws InputError that names row and column of a judgement beyond 9.
 */
export function applyScale(matrix: JudgementMatrix, name: AhpScaleName, parameter?: number): number[][] {
  checkJudgements(matrix, { allowMissing: true });
  const n = matrix.length;
  const context: ScaleContext = parameter === undefined ? { n } : { n, parameter };
  const scale: AhpScale = ahpScales[name];
  const result = matrix.map((row) => [...row]);
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const given = matrix[i]![j]!;
      const intensity = Math.max(given, 1 / given);
      if (intensity > top * (1 + 1e-12)) throw beyondScale(i, j, given);
      const ratio = scale.of(Math.min(intensity, top), context);
      result[i]![j] = given >= 1 ? ratio : 1 / ratio;
      result[j]![i] = given >= 1 ? 1 / ratio : ratio;
      if (Number.isNaN(given)) result[i]![j] = result[j]![i] = NaN;
    }
  }
  return result;
}

function beyondScale(i: number, j: number, given: number): InputError {
  return new InputError(
    {
      en: `Row ${i + 1}, column ${j + 1} is ${given}, beyond the scale 1/9 … 9; judgement scales convert only such values.`,
      zh: `第 ${i + 1} 行第 ${j + 1} 列为 ${given}，超出 1/9 至 9 的标度范围；标度转换仅适用于该范围。`,
    },
    { row: i + 1, column: j + 1 },
  );
}
