import { useComputedColorScheme } from "@mantine/core";

/** Six colours that people with any kind of colour vision can tell apart on the page's ground (after Okabe and Ito, 2008). */
const series = {
  light: ["#14566b", "#c2571a", "#1d7a46", "#7a4fa3", "#a67c00", "#3d4b53"],
  dark: ["#6cc0d8", "#f0995c", "#67c591", "#bd98e0", "#e0c25a", "#b3bfc5"],
} as const;

/** Lines differ by their dashes too. */
export const dashes: readonly (readonly number[])[] = [[], [6, 4], [2, 3], [10, 4, 2, 4], [12, 5], [4, 2]];

export interface ChartColours {
  readonly series: readonly string[];
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly surface: string;
}

/** Colours of charts, which are drawn outside of the style sheets. */
export function useChartColours(): ChartColours {
  const scheme = useComputedColorScheme("light");
  return scheme === "dark"
    ? { series: series.dark, ink: "#dbe4e8", soft: "#9aabb4", line: "#29353c", surface: "#151d22" }
    : { series: series.light, ink: "#17242b", soft: "#52636c", line: "#dde4e7", surface: "#ffffff" };
}
