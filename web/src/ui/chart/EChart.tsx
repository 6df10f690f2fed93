import { BarChart, LineChart, RadarChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent,
  GridComponent,
  LegendComponent,
  RadarComponent,
  TooltipComponent,
} from "echarts/components";
import { type EChartsCoreOption, init, use as useParts } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import styles from "./ChartFrame.module.css";
import { type ChartColours, useChartColours } from "./palette.ts";

useParts([
  BarChart,
  LineChart,
  RadarChart,
  ScatterChart,
  AriaComponent,
  GridComponent,
  LegendComponent,
  RadarComponent,
  TooltipComponent,
  SVGRenderer,
]);

export type { EChartsCoreOption } from "echarts/core";

interface EChartProps {
  /** What to draw; the colours of the page are filled in. */
  readonly option: (colours: ChartColours) => EChartsCoreOption;
  readonly height?: number;
}

/** Any chart of ECharts in the colours of the page, as SVG. Load it lazily, and stand it in a `ChartFrame`. */
export default function EChart({ option, height = 240 }: EChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<ReturnType<typeof init>>(undefined);
  const colours = useChartColours();
  useEffect(() => {
    const made = init(host.current, undefined, { renderer: "svg" });
    chart.current = made;
    const watcher = new ResizeObserver(() => made.resize());
    if (host.current) watcher.observe(host.current);
    return () => {
      watcher.disconnect();
      made.dispose();
    };
  }, []);
  useEffect(() => {
    const shared = {
      color: [...colours.series],
      animationDuration: 200,
      textStyle: { color: colours.soft, fontFamily: "system-ui, sans-serif" },
    };
    chart.current?.setOption(
      { ...shared, aria: { enabled: true, decal: { show: true } }, ...option(colours) },
      true,
    );
  }, [option, colours]);
  return <div ref={host} className={styles["plot"]} style={{ height }} />;
}
