import { InputError } from "../numeric/input-error.ts";

/** Mean consistency index of random reciprocal matrices, by order n, from one published simulation. */
export interface RandomIndexTable {
  readonly source: string;
  /** values[k] belongs to n = k + 3. */
  readonly values: readonly number[];
}

/**
 * The published tables. All but `saaty1980` and `saaty2008` are quoted from the comparison in
 * Alonso & Lamata (2006), table 1.
 */
export const randomIndexTables = {
  saaty1980: {
    source: "T. L. Saaty, The Analytic Hierarchy Process, McGraw-Hill 1980 (500 matrices; n ≥ 12: 100)",
    values: [0.58, 0.9, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59],
  },
  saaty2008: {
    source:
      "T. L. Saaty, Relative measurement and its generalization in decision making, RACSAM 102(2) (2008) 251–318",
    values: [0.52, 0.89, 1.11, 1.25, 1.35, 1.4, 1.45, 1.49, 1.52, 1.54, 1.56, 1.58, 1.59],
  },
  goldenWang1989: {
    source:
      "B. L. Golden & Q. Wang, An alternate measure of consistency, in The AHP, Springer 1989 (1,000 matrices)",
    values: [
      0.5799, 0.8921, 1.1159, 1.2358, 1.3322, 1.3952, 1.4537, 1.4882, 1.5117, 1.5356, 1.5571, 1.5714, 1.5831,
    ],
  },
  nobleSanchez1993: {
    source:
      "E. E. Noble & P. P. Sanchez, A note on the information content of a consistent pairwise comparison judgment matrix of an AHP decision maker, Theory and Decision 34 (1993) 99–108 (500 matrices)",
    values: [0.49, 0.82, 1.03, 1.16, 1.25, 1.31, 1.36, 1.39, 1.42, 1.44, 1.46, 1.48, 1.49],
  },
  tummalaWan1994: {
    source:
      "V. M. R. Tummala & Y. W. Wan, On the mean random inconsistency index of AHP, Computers & Industrial Engineering 27 (1994) 401–404 (46,000 matrices)",
    values: [0.5, 0.834, 1.046, 1.178, 1.267, 1.326, 1.369, 1.406, 1.433, 1.456, 1.474, 1.491, 1.501],
  },
  aguaronMoreno2003: {
    source:
      "J. Aguarón & J. M. Moreno-Jiménez, The geometric consistency index, EJOR 147 (2003) 137–145 (100,000 matrices)",
    values: [0.525, 0.882, 1.115, 1.252, 1.341, 1.404, 1.452, 1.484, 1.513, 1.535, 1.555, 1.57, 1.583],
  },
  alonsoLamata2006: {
    source:
      "J. A. Alonso & M. T. Lamata, Consistency in the analytic hierarchy process: a new approach, IJUFKS 14(4) (2006) 445–459 (100,000 matrices)",
    values: [
      0.5245, 0.8815, 1.1086, 1.2479, 1.3417, 1.4056, 1.4499, 1.4854, 1.5141, 1.5365, 1.5551, 1.5713, 1.5838,
    ],
  },
} as const satisfies Record<string, RandomIndexTable>;

/** A table, or `alonsoLamataFit`: mean λmax = 2.7699 n − 4.3513 (same paper, eq. 5), for every n ≥ 3. */
export type RandomIndexName = keyof typeof randomIndexTables | "alonsoLamataFit";

export const randomIndexNames = [
  ...(Object.keys(randomIndexTables) as (keyof typeof randomIndexTables)[]),
  "alonsoLamataFit",
] as const satisfies readonly RandomIndexName[];

/** The table used unless another is named: the one most textbooks print. */
export const defaultRandomIndex: RandomIndexName = "saaty1980";

/**
 * Random index for n ≥ 3.
 * @throws InputError when the table ends before n; `alonsoLamataFit` never ends.
 */
export function randomIndex(n: number, name: RandomIndexName = defaultRandomIndex): number {
  if (name === "alonsoLamataFit") return (2.7699 * n - 4.3513 - n) / (n - 1);
  const value = randomIndexTables[name].values[n - 3];
  if (value !== undefined) return value;
  throw new InputError({
    en: `The random-index table ${name} has no value for n = ${n} (3 to 15); use alonsoLamataFit.`,
    zh: `随机一致性指标表 ${name} 没有 n = ${n} 的值（仅 3 至 15）；请改用 alonsoLamataFit。`,
  });
}
