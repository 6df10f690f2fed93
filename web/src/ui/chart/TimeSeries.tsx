import { useElementSize } from "@mantine/hooks";
import { useEffect, useMemo, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useFormats } from "../../words/language.tsx";
import styles from "./ChartFrame.module.css";
import { type ChartColours, dashes, useChartColours } from "./palette.ts";

export interface TimeSeriesLine {
  readonly label: string;
  readonly values: readonly (number | null)[];
}

interface TimeSeriesProps {
  readonly timesMs: readonly number[];
  /** How a point is written when `timesMs` are no times of day but any other growing numbers. */
  readonly writeAt?: ((value: number) => string) | undefined;
  readonly lines: readonly TimeSeriesLine[];
  /** How a value is written, at the axis and in the legend. */
  readonly format: (value: number) => string;
  /** Lower and upper end of the axis; undefined: from the values. */
  readonly range?: readonly [number, number];
  readonly height?: number;
}

/** Lines over time: thousands of points, redrawn as they come. The legend shows the newest values, or those under the pointer. */
export default function TimeSeries({
  timesMs,
  writeAt,
  lines,
  format,
  range,
  height = 200,
}: TimeSeriesProps) {
  const { ref, width } = useElementSize<HTMLDivElement>();
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const colours = useChartColours();
  const formats = useFormats();
  const [at, setAt] = useState<number>();
  const isTime = writeAt === undefined;
  const data = useMemo(
    () =>
      [
        isTime ? timesMs.map((ms) => ms / 1000) : timesMs,
        ...lines.map(({ values }) => values),
      ] as unknown as uPlot.AlignedData,
    [timesMs, lines, isTime],
  );
  const latest = useRef(data);
  useEffect(() => {
    latest.current = data;
    plot.current?.setData(data);
  }, [data]);
  const labels = lines.map(({ label }) => label).join("\n");
  useEffect(() => {
    if (!host.current || width === 0) return undefined;
    const options = optionsOf({
      width,
      height,
      colours,
      labels: labels.split("\n"),
      format,
      range,
      time: formats.time,
      writeAt,
      onPoint: setAt,
    });
    const made = new uPlot(options, latest.current, host.current);
    plot.current = made;
    return () => made.destroy();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `format`, `range` and `writeAt` are constants of their page
  }, [width, height, colours.ink, labels, formats]);
  const shown = at ?? timesMs.length - 1;
  return (
    <div ref={ref} className={styles["plot"]}>
      <div className={styles["legend"]}>
        {lines.map(({ label, values }, line) => (
          <span key={label}>
            <LineSample colour={colours.series[line % 6]!} dash={dashes[line % 6]!} />
            {label}{" "}
            <b>{values[shown] === null || values[shown] === undefined ? "–" : format(values[shown])}</b>
          </span>
        ))}
        <span className="soft">
          {timesMs[shown] !== undefined && (writeAt ?? formats.time)(timesMs[shown])}
        </span>
      </div>
      <div ref={host} style={{ height }} />
    </div>
  );
}

const LineSample = ({ colour, dash }: { readonly colour: string; readonly dash: readonly number[] }) => (
  <svg width="22" height="6" aria-hidden="true">
    <line x1="0" y1="3" x2="22" y2="3" stroke={colour} strokeWidth="2" strokeDasharray={dash.join(" ")} />
  </svg>
);

interface PlotParts {
  readonly width: number;
  readonly height: number;
  readonly colours: ChartColours;
  readonly labels: readonly string[];
  readonly format: (value: number) => string;
  readonly range: readonly [number, number] | undefined;
  readonly time: (ms: number) => string;
  readonly writeAt: ((value: number) => string) | undefined;
  readonly onPoint: (index: number | undefined) => void;
}

function optionsOf({
  width,
  height,
  colours,
  labels,
  format,
  range,
  time,
  writeAt,
  onPoint,
}: PlotParts): uPlot.Options {
  const axis = {
    stroke: colours.soft,
    grid: { stroke: colours.line, width: 1 },
    ticks: { stroke: colours.line, width: 1, size: 4 },
    font: "11px system-ui, sans-serif",
  };
  return {
    width,
    height,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 6 } },
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)] },
    scales: { x: { time: writeAt === undefined }, ...(range && { y: { range: [range[0], range[1]] } }) },
    axes: [
      {
        ...axis,
        space: 80,
        size: 30,
        values: (_plot, seconds) => {
          if (writeAt) return seconds.map(writeAt);
          // Marks closer than a minute need their seconds.
          const isClose = (seconds[1] ?? 0) - (seconds[0] ?? 0) < 60;
          return seconds.map((each) => time(each * 1000).slice(0, isClose ? 8 : 5));
        },
      },
      { ...axis, size: 52, values: (_plot, values) => values.map(format) },
    ],
    series: [
      {},
      ...labels.map((label, line) => ({
        label,
        stroke: colours.series[line % 6]!,
        dash: [...dashes[line % 6]!],
        width: 1.75,
        points: { show: false },
        spanGaps: true,
      })),
    ],
  };
}
