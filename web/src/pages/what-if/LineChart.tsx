import { lazy, type ReactNode, Suspense, useMemo } from "react";
import { ChartFrame } from "../../ui/chart/ChartFrame.tsx";
import type { TimeSeriesLine } from "../../ui/chart/TimeSeries.tsx";
import { useFormats } from "../../words/language.tsx";

const TimeSeries = lazy(() => import("../../ui/chart/TimeSeries.tsx"));

interface LineChartProps {
  readonly title: string;
  readonly note: string;
  readonly fileName: string;
  /** What the points along the bottom are, and how one is written. */
  readonly across: string;
  readonly writeAt: (value: number) => string;
  readonly at: readonly number[];
  readonly lines: readonly TimeSeriesLine[];
  readonly unit: "percent" | "count";
  readonly actions?: ReactNode;
}

const whole = [0, 100] as const;
const ofPercent = (value: number): string => `${Math.round(value)}%`;
const ofSmallPercent = (value: number): string => `${value.toFixed(1)}%`;
const ofCount = (value: number): string => String(Math.round(value));

/** Lines of several runs, with their table and file. */
export function LineChart(props: LineChartProps) {
  const { title, note, fileName, across, writeAt, at, lines, unit, actions } = props;
  const { number } = useFormats();
  const most = useMemo(
    () => lines.reduce((top, { values }) => values.reduce<number>((a, b) => Math.max(a, b ?? 0), top), 0),
    [lines],
  );
  const isSmall = most < 10;
  const format = unit === "count" ? ofCount : isSmall ? ofSmallPercent : ofPercent;
  return (
    <ChartFrame
      title={title}
      note={note}
      fileName={fileName}
      actions={actions}
      table={() => ({
        columns: [across, ...lines.map(({ label }) => label)],
        rows: at.map((point, i) => [
          number(point),
          ...lines.map(({ values }) =>
            values[i] === null || values[i] === undefined ? "" : number(values[i]),
          ),
        ]),
      })}
    >
      <Suspense fallback={<div style={{ height: 226 }} />}>
        <TimeSeries
          key={`${unit}${isSmall}`}
          timesMs={at}
          writeAt={writeAt}
          lines={lines}
          format={format}
          {...(unit === "percent" && !isSmall && { range: whole })}
        />
      </Suspense>
    </ChartFrame>
  );
}
