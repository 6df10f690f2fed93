import { lazy, Suspense, useCallback } from "react";
import type { ChartColours } from "../../ui/chart/palette.ts";
import { evaluationWords as words } from "../../words/evaluation.ts";
import { useSay } from "../../words/language.tsx";
import { axis } from "./axis.ts";
import { EvaluationChart } from "./EvaluationChart.tsx";
import type { RunView } from "./run-data.ts";
import styles from "./study.module.css";

const EChart = lazy(() => import("../../ui/chart/EChart.tsx"));

interface FlowPictureProps {
  readonly view: RunView;
  readonly title: string;
  readonly file: string;
  /** Periods or variants, from left to right. */
  readonly columns: readonly string[];
  /** An entity's rank in each column; null: it has none there. */
  readonly lines: readonly { readonly name: string; readonly ranks: readonly (number | null)[] }[];
}

/** How ranks move from column to column. */
export function FlowPicture({ view, title, file, columns, lines }: FlowPictureProps) {
  const say = useSay();
  const option = useCallback(
    (colours: ChartColours) => ({
      grid: { left: 36, right: 130, top: 32, bottom: 8, containLabel: true },
      tooltip: { trigger: "item", confine: true },
      xAxis: axis(colours, {
        type: "category",
        data: columns,
        boundaryGap: false,
        position: "top",
        axisLine: { show: false },
        axisLabel: { interval: 0, width: 100, overflow: "truncate" },
      }),
      yAxis: axis(colours, {
        type: "value",
        inverse: true,
        min: 1,
        max: lines.length,
        interval: Math.max(1, Math.ceil(lines.length / 10)),
      }),
      series: lines.map(({ name, ranks }) => ({
        name,
        type: "line",
        data: ranks,
        symbolSize: 7,
        lineStyle: { width: 2 },
        emphasis: { focus: "series" },
        endLabel: { show: true, formatter: "{a}", color: colours.soft, distance: 8 },
      })),
    }),
    [columns, lines],
  );
  return (
    <EvaluationChart
      title={title}
      note={say(words.flowNote)}
      fileName={`${view.fileName}-${file}`}
      basis={view}
      table={() => ({
        columns: [say(words.entity), ...columns],
        rows: lines.map(({ name, ranks }) => [name, ...ranks.map((rank) => rank ?? "")]),
      })}
    >
      <div className={styles["flow"]}>
        <div style={{ minWidth: 150 + 90 * columns.length }}>
          <Suspense fallback={<div style={{ height: 300 }} />}>
            <EChart option={option} height={80 + 20 * lines.length} />
          </Suspense>
        </div>
      </div>
    </EvaluationChart>
  );
}
