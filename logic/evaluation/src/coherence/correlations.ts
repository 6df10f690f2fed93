import type { Words } from "../numeric/input-error.ts";
import { InputError } from "../numeric/input-error.ts";
import { correlation, type CorrelationKind } from "../numeric/statistics.ts";

/** One column of the index at any level: an indicator, a sub-index, the total. NaN where a unit has no value. */
export interface Variable {
  readonly id: string;
  readonly values: ArrayLike<number>;
}

export interface CorrelationCell {
  readonly row: string;
  readonly column: string;
  /** Number of units that have both values; below 3, or with a constant side, there is no value. */
  readonly units: number;
  readonly value: number | null;
}

/** Correlations between two sets of variables (the same set for one level), over the units that have both values. */
export function correlations(
  rows: readonly Variable[],
  columns: readonly Variable[],
  kind: CorrelationKind = "pearson",
): CorrelationCell[] {
  return rows.flatMap((row) =>
    columns.map((column) => {
      if (row.values.length !== column.values.length) throw lengthError(row, column);
      const [a, b] = commonUnits(row, column);
      const value = row.id === column.id && a.length > 2 ? 1 : a.length > 2 ? correlation[kind](a, b) : NaN;
      return { row: row.id, column: column.id, units: a.length, value: Number.isNaN(value) ? null : value };
    }),
  );
}

function commonUnits(row: Variable, column: Variable): [number[], number[]] {
  const [a, b]: [number[], number[]] = [[], []];
  for (let i = 0; i < row.values.length; i++) {
    const [x, y] = [row.values[i]!, column.values[i]!];
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    a.push(x);
    b.push(y);
  }
  return [a, b];
}

function lengthError(row: Variable, column: Variable): InputError {
  return new InputError({
    en: `${row.id} has ${row.values.length} values but ${column.id} has ${column.values.length}; both must cover the same units.`,
    zh: `${row.id} 有 ${row.values.length} 个值，而 ${column.id} 有 ${column.values.length} 个；两者必须覆盖相同的对象。`,
  });
}

export type CorrelationFlag = "tooHigh" | "negative" | "negligible" | "undefined";

export interface FlagLimits {
  /** Above: the pair says the same twice. JRC uses 0.92. */
  readonly tooHigh?: number;
  /** Below in size: hardly related. JRC uses 0.3. */
  readonly negligible?: number;
}

export interface FlaggedCorrelation extends CorrelationCell {
  readonly flag: CorrelationFlag;
  readonly words: Words;
}

/**
 * Pairs that a reviewer should look at: r > 0.92, r < −0.3 (negative beyond negligible), |r| ≤ 0.3, or undefined.
 * Limits after European Commission JRC, Your 10-Step Pocket Guide to Composite Indicators & Scoreboards (2019).
 * Between a component and its own parent, `negative` and `negligible` are faults; between siblings, observations.
 */
export function flagCorrelations(
  cells: readonly CorrelationCell[],
  limits: FlagLimits = {},
): FlaggedCorrelation[] {
  const { tooHigh = 0.92, negligible = 0.3 } = limits;
  const seen = new Set<string>();
  return cells.flatMap((cell) => {
    const pair = [cell.row, cell.column].toSorted().join("\u0000");
    if (cell.row === cell.column || seen.has(pair)) return [];
    seen.add(pair);
    const flag = flagOf(cell.value, tooHigh, negligible);
    return flag ? [{ ...cell, flag, words: flagWords(cell, flag) }] : [];
  });
}

function flagOf(value: number | null, tooHigh: number, negligible: number): CorrelationFlag | null {
  if (value === null) return "undefined";
  if (value > tooHigh) return "tooHigh";
  if (value < -negligible) return "negative";
  return Math.abs(value) <= negligible ? "negligible" : null;
}

function flagWords(cell: CorrelationCell, flag: CorrelationFlag): Words {
  const pair = `${cell.row} – ${cell.column}`;
  const r = cell.value === null ? "" : ` (r = ${cell.value.toFixed(2)})`;
  const words: Record<CorrelationFlag, Words> = {
    tooHigh: { en: `${pair}: nearly the same information twice${r}`, zh: `${pair}：信息几乎重复${r}` },
    negative: { en: `${pair}: they move against each other${r}`, zh: `${pair}：方向相反${r}` },
    negligible: { en: `${pair}: hardly related${r}`, zh: `${pair}：几乎不相关${r}` },
    undefined: {
      en: `${pair}: no correlation, as one is constant or fewer than 3 units have both`,
      zh: `${pair}：无相关系数，其一为常数，或同时有值的对象少于 3 个`,
    },
  };
  return words[flag];
}
