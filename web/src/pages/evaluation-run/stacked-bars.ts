import type { ChartColours } from "../../ui/chart/palette.ts";
import { axis } from "./axis.ts";

interface StackedBars {
  /** A bar each, from the top. */
  readonly names: readonly string[];
  readonly parts: readonly { readonly name: string; readonly values: readonly number[] }[];
  /** Room for the legend, px. */
  readonly top: number;
}

/** What each entity's figure is made of: a lying bar per entity, its parts one after the other. */
export const stackedBars = (colours: ChartColours, { names, parts, top }: StackedBars) => ({
  grid: { left: 8, right: 24, top, bottom: 8, containLabel: true },
  legend: {
    top: 0,
    type: "scroll",
    textStyle: { color: colours.soft },
    pageTextStyle: { color: colours.soft },
  },
  tooltip: {
    trigger: "axis",
    axisPointer: { type: "shadow" },
    confine: true,
    valueFormatter: (value: unknown) => Number(value).toFixed(2),
  },
  xAxis: axis(colours, { type: "value" }),
  yAxis: axis(colours, {
    type: "category",
    inverse: true,
    data: names,
    axisLabel: { interval: 0 },
    axisLine: { show: false },
    axisTick: { show: false },
  }),
  series: parts.map(({ name, values }) => ({
    name,
    type: "bar",
    stack: "parts",
    barMaxWidth: 16,
    data: values,
  })),
});
