import type { ChartColours } from "../../ui/chart/palette.ts";

/** An axis in the colours of the page; `more` is what the chart says of it. */
export const axis = (
  { soft, line }: ChartColours,
  more: { readonly axisLabel?: object; readonly [option: string]: unknown },
) => ({
  axisLine: { lineStyle: { color: line } },
  splitLine: { lineStyle: { color: line } },
  nameTextStyle: { color: soft },
  ...more,
  axisLabel: { color: soft, ...more.axisLabel },
});
