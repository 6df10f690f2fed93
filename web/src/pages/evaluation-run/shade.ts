import { type ChartColours, useChartColours } from "../../ui/chart/palette.ts";

type Rgb = readonly [number, number, number];

const parse = (hex: string): Rgb =>
  [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;

/** Between two colours, `part` 0…1. */
function mix(from: string, to: string, part: number): string {
  const [a, b] = [parse(from), parse(to)];
  return `#${a
    .map((value, k) =>
      Math.round(value + (b[k]! - value) * part)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

const luminance = (hex: string): number => {
  const [r, g, b] = parse(hex).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

export interface Shade {
  readonly fill: string;
  /** Readable on the fill. */
  readonly text: string;
}

/** From the ground to the first colour, `part` 0…1. */
export const sequential = ({ surface, series }: ChartColours, part: number): Shade =>
  shadeOf(mix(surface, series[0]!, 0.06 + 0.94 * Math.min(1, Math.max(0, part))));

/** −1 the second colour, 0 the ground, +1 the first. */
export const diverging = ({ surface, series }: ChartColours, value: number): Shade =>
  shadeOf(mix(surface, value >= 0 ? series[0]! : series[1]!, Math.min(1, Math.abs(value))));

const shadeOf = (fill: string): Shade => ({ fill, text: luminance(fill) > 0.2 ? "#10181c" : "#ffffff" });

export const useShades = () => {
  const colours = useChartColours();
  return {
    colours,
    sequential: (part: number) => sequential(colours, part),
    diverging: (value: number) => diverging(colours, value),
  };
};
