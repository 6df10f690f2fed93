import { readFigure, type Figure, type ReadFigure } from "./record.ts";

/** One published value of a series; a year may have several, from different publications. */
export interface SeriesPoint {
  /** Year, with a fraction for parts of years. */
  readonly at: number;
  /** The number printed, with what its digits or its sign leave open; infinite for bounds such as ">10000". */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly forecast: boolean;
  readonly figure: Figure;
  /** "CAICT, Cloud Computing White Paper 2024": a chart always shows it. */
  readonly source: string;
}

/** Values that may stand on one axis: same topic, place, restrictions, segments, definer, unit and length of period. */
export interface FigureSeries {
  readonly topic: string;
  readonly scope: string;
  readonly unit: string;
  readonly points: readonly SeriesPoint[];
  /** True when two publications give one period different values: show them side by side. */
  readonly contested: boolean;
}

/**
 * Groups figures into series for charts. Undated figures and words belong to none; figures of different scope, unit or
 * period length never share a series. Points are ordered by time, then by publication.
 */
export function seriesOf(figures: readonly Figure[]): FigureSeries[] {
  const dated = figures
    .map(readFigure)
    .filter(({ amount, when }) => amount.kind !== "words" && when.kind !== "undated");
  return [...Map.groupBy(dated, keyOf).values()].map((group) => {
    const points = group.flatMap(pointOf).toSorted((a, b) => a.at - b.at || (a.source < b.source ? -1 : 1));
    const [first] = group as [ReadFigure];
    const contested = points.some((a, i) =>
      points.some((b, k) => k < i && a.at === b.at && a.forecast === b.forecast && a.value !== b.value),
    );
    return { topic: first.about.topic, scope: first.scope, unit: first.unit, points, contested };
  });
}

function keyOf({ about, within, unit, when, note }: ReadFigure): string {
  const quantity = about.quantity === "forecast" ? "level" : about.quantity;
  const ambiguous = /unit not stated|ambiguous/iu.test(note) ? note : "";
  const scope = [within.place, within.restrictions, within.segments, within.definer].join("|");
  return [quantity, about.topic, about.group, about.member, scope, unit, when.kind, ambiguous].join("\u0000");
}

function pointOf(figure: ReadFigure): SeriesPoint[] {
  const { amount, when, about, publication } = figure;
  if (amount.kind === "words") return [];
  const { value, low, high } = amount;
  return [
    { at: when.from, value, low, high, forecast: about.quantity === "forecast", figure, source: publication },
  ];
}
