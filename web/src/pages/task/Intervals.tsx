import { lazy, Suspense, useMemo } from "react";
import type { UsageRecord } from "../../api/task.ts";
import { ChartFrame, type ChartTable } from "../../ui/chart/ChartFrame.tsx";
import type { EChartsCoreOption } from "../../ui/chart/EChart.tsx";
import type { ChartColours } from "../../ui/chart/palette.ts";
import { taskWords } from "../../words/task.ts";
import { useFormats, useSay } from "../../words/language.tsx";

const EChart = lazy(() => import("../../ui/chart/EChart.tsx"));

interface IntervalsProps {
  readonly task: string;
  readonly records: readonly UsageRecord[];
}

/** Average cores in each interval of the usage chain. */
export function Intervals({ task, records }: IntervalsProps) {
  const say = useSay();
  const formats = useFormats();
  const rows = useMemo(
    () =>
      records.map(({ spec }) => {
        const seconds = Math.max(0.001, (spec.endMs - spec.startMs) / 1000);
        const cores = (amount: number): number => Math.round((1000 * amount) / seconds) / 1000;
        return {
          at: spec.endMs,
          granted: cores(spec.grantedAmounts.cpuCoreSeconds),
          used: cores(spec.usedAmounts.cpuCoreSeconds),
        };
      }),
    [records],
  );
  const granted = say(taskWords.granted);
  const used = say(taskWords.used);
  const option = useMemo(
    () =>
      ({ soft, line, surface, ink }: ChartColours): EChartsCoreOption => ({
        grid: { left: 44, right: 12, top: 34, bottom: 26 },
        legend: { top: 0, left: 0, textStyle: { color: soft } },
        tooltip: { trigger: "axis", backgroundColor: surface, borderColor: line, textStyle: { color: ink } },
        xAxis: {
          type: "category",
          data: rows.map(({ at }) => formats.time(at)),
          axisLine: { lineStyle: { color: line } },
          axisLabel: { color: soft },
        },
        yAxis: { type: "value", splitLine: { lineStyle: { color: line } }, axisLabel: { color: soft } },
        series: [
          {
            type: "bar",
            name: granted,
            data: rows.map((row) => row.granted),
            barGap: "0%",
            barMaxWidth: 28,
          },
          { type: "bar", name: used, data: rows.map((row) => row.used), barMaxWidth: 28 },
        ],
      }),
    [rows, formats, granted, used],
  );
  const table = (): ChartTable => ({
    columns: [say(taskWords.interval), granted, used],
    rows: rows.map((row) => [formats.dateTime(row.at), row.granted, row.used]),
  });
  return (
    <ChartFrame
      title={say(taskWords.perInterval)}
      note={say(taskWords.perIntervalNote)}
      fileName={`${task}-usage`}
      table={table}
    >
      <Suspense fallback={<div style={{ height: 240 }} />}>
        <EChart option={option} />
      </Suspense>
    </ChartFrame>
  );
}
