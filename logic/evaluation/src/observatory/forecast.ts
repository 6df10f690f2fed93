import { normalQuantile, studentQuantile } from "../numeric/distributions.ts";
import { exp, log } from "../numeric/elementary.ts";
import { InputError, type Words } from "../numeric/input-error.ts";
import { sum } from "../numeric/matrix.ts";
import { nelderMead } from "../numeric/nelder-mead.ts";
import { mean } from "../numeric/statistics.ts";

export interface YearValue {
  readonly year: number;
  readonly value: number;
}

export type ForecastMethod = "linear-trend" | "exponential-trend" | "holt";

export interface ForecastPoint extends YearValue {
  readonly low: number;
  readonly high: number;
}

export interface Forecast {
  readonly method: ForecastMethod;
  /** Coverage of the intervals if the assumptions hold, such as 0.95. */
  readonly level: number;
  readonly points: ForecastPoint[];
  /** What the method is and assumes; to be shown with every forecast. */
  readonly assumptions: Words;
  readonly observations: number;
}

export interface ForecastOptions {
  readonly method?: ForecastMethod;
  readonly horizon?: number;
  readonly level?: number;
}

const minimum: Readonly<Record<ForecastMethod, number>> = {
  "linear-trend": 4,
  "exponential-trend": 4,
  holt: 6,
};

const assumptions: Readonly<Record<ForecastMethod, Words>> = {
  "linear-trend": {
    en: "Straight line by least squares; assumes the same yearly increase as before, independent normal errors of constant size; Student-t prediction interval.",
    zh: "最小二乘直线；假定每年增量不变，误差独立、正态且方差恒定；Student-t 预测区间。",
  },
  "exponential-trend": {
    en: "Straight line through the logarithms; assumes the same yearly growth rate as before, independent normal errors of the logarithms; Student-t prediction interval, the point is the median.",
    zh: "对数直线拟合；假定年增长率不变，对数误差独立且正态；Student-t 预测区间，点预测为中位数。",
  },
  holt: {
    en: "Holt's linear method, ETS(A,A,N); level and trend change slowly, errors are independent, normal and of constant size; smoothing by least squares, interval from the model.",
    zh: "Holt 线性法 ETS(A,A,N)；水平与趋势缓慢变化，误差独立、正态且方差恒定；按最小二乘选取平滑系数，区间由模型给出。",
  },
};

/**
 * Forecasts a yearly series with prediction intervals.
 * Sources: trend interval, Draper & Smith, Applied Regression Analysis, eq. 3.1.9; ETS(A,A,N) variance,
 * R. J. Hyndman & G. Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., section 8.7.
 * @throws InputError with fewer than 4 (trends) or 6 (Holt) points, years repeated or (Holt) with gaps, or a value
 * ≤ 0 for the exponential trend: a line through two or three points has no honest interval.
 */
export function forecast(series: readonly YearValue[], options: ForecastOptions = {}): Forecast {
  const { method = "linear-trend", horizon = 3, level = 0.95 } = options;
  const sorted = series.toSorted((a, b) => a.year - b.year);
  check(sorted, method, horizon, level);
  const points = method === "holt" ? holt(sorted, horizon, level) : trend(sorted, horizon, level, method);
  return { method, level, points, assumptions: assumptions[method], observations: sorted.length };
}

function check(series: readonly YearValue[], method: ForecastMethod, horizon: number, level: number): void {
  const refuse = (en: string, zh: string) => {
    throw new InputError({ en, zh });
  };
  const needed = minimum[method];
  if (series.length < needed) {
    refuse(
      `A forecast by ${method} needs at least ${needed} yearly values, there are ${series.length}; collect more or state a growth rate yourself.`,
      `${method} 预测至少需要 ${needed} 个年度值，现有 ${series.length} 个；请补充数据，或自行给出增长率。`,
    );
  }
  const gap = series.findIndex(
    ({ year }, i) =>
      i > 0 && (year === series[i - 1]!.year || (method === "holt" && year !== series[i - 1]!.year + 1)),
  );
  if (gap > 0) {
    refuse(
      `The years ${series[gap - 1]!.year} and ${series[gap]!.year} do not follow each other once each.`,
      `年份 ${series[gap - 1]!.year} 与 ${series[gap]!.year} 不连续或重复。`,
    );
  }
  const wrong = series.find(
    ({ value }) => !Number.isFinite(value) || (method === "exponential-trend" && value <= 0),
  );
  if (wrong)
    refuse(
      `The value ${wrong.value} of ${wrong.year} cannot be used by ${method}.`,
      `${wrong.year} 年的值 ${wrong.value} 不适用于 ${method}。`,
    );
  if (!(Number.isInteger(horizon) && horizon >= 1 && level > 0.5 && level < 1)) {
    refuse(
      `The horizon must be a whole number ≥ 1 and the level between 0.5 and 1.`,
      `预测期须为不小于 1 的整数，置信水平须在 0.5 与 1 之间。`,
    );
  }
}

function trend(
  series: readonly YearValue[],
  horizon: number,
  level: number,
  method: ForecastMethod,
): ForecastPoint[] {
  const exponential = method === "exponential-trend";
  const y = series.map(({ value }) => (exponential ? log(value) : value));
  const x = series.map(({ year }) => year);
  const [mx, my, n] = [mean(x), mean(y), x.length];
  const sxx = sum(x.map((v) => (v - mx) ** 2));
  const slope = sum(x.map((v, i) => (v - mx) * (y[i]! - my))) / sxx;
  const residuals = y.map((v, i) => v - my - slope * (x[i]! - mx));
  const spread = Math.sqrt(sum(residuals.map((r) => r * r)) / (n - 2));
  const t = studentQuantile((1 + level) / 2, n - 2);
  const back = exponential ? exp : Number;
  return Array.from({ length: horizon }, (_, k) => {
    const year = x.at(-1)! + k + 1;
    const centre = my + slope * (year - mx);
    const half = t * spread * Math.sqrt(1 + 1 / n + (year - mx) ** 2 / sxx);
    return { year, value: back(centre), low: back(centre - half), high: back(centre + half) };
  });
}

interface HoltState {
  readonly error: number;
  readonly level: number;
  readonly slope: number;
}

/** One pass with smoothing `alpha` and `beta` (≤ alpha), from a given level and slope before the first value. */
function holtPass(
  values: readonly number[],
  alpha: number,
  beta: number,
  level: number,
  slope: number,
): HoltState {
  let error = 0;
  for (const value of values) {
    const innovation = value - level - slope;
    level += slope + alpha * innovation;
    slope += beta * innovation;
    error += innovation * innovation;
  }
  return { error, level, slope };
}

function holt(series: readonly YearValue[], horizon: number, level: number): ForecastPoint[] {
  const values = series.map(({ value }) => value);
  const n = values.length;
  const scale = Math.max(...values.map(Math.abs)) || 1;
  const slope0 = (values[n - 1]! - values[0]!) / (n - 1);
  const read = (p: readonly number[]) => {
    const alpha = 1 / (1 + exp(-p[0]!));
    return { alpha, beta: alpha / (1 + exp(-p[1]!)), level: p[2]! * scale, slope: p[3]! * scale };
  };
  const run = (p: readonly number[]) => {
    const { alpha, beta, level: l, slope: b } = read(p);
    return { alpha, beta, ...holtPass(values, alpha, beta, l, b) };
  };
  const start = [0, -2, (values[0]! - slope0) / scale, slope0 / scale];
  const best = nelderMead((p) => run(p).error / scale ** 2, start, { step: 0.5, maximumEvaluations: 6000 });
  const fitted = run(best.x);
  const variance = fitted.error / Math.max(1, n - 4);
  const z = normalQuantile((1 + level) / 2);
  return Array.from({ length: horizon }, (_, k) => {
    const h = k + 1;
    const { alpha: a, beta: b } = fitted;
    const growth = 1 + (h - 1) * (a * a + a * b * h + (b * b * h * (2 * h - 1)) / 6);
    const [value, half] = [fitted.level + h * fitted.slope, z * Math.sqrt(variance * growth)];
    return { year: series.at(-1)!.year + h, value, low: value - half, high: value + half };
  });
}
