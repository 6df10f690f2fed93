import { lazy, Suspense, useCallback } from "react";
import type { ChartColours } from "../../ui/chart/palette.ts";
import { evaluationWords as words } from "../../words/evaluation.ts";
import { useSay } from "../../words/language.tsx";
import { EvaluationChart } from "./EvaluationChart.tsx";
import { inOrder, type RunView } from "./run-data.ts";
import { axis } from "./axis.ts";

const EChart = lazy(() => import("../../ui/chart/EChart.tsx"));

/** How ranks moved from period to period. */
export function RankFlow({ view }: { readonly view: RunView }) {
  const say = useSay();
  const { periods, index } = view;
  const order = inOrder(view).map((e) => view.table.entities[e]!);
  const names = periods.map(({ table }) => table.period);
  const ranks = order.map(({ id }) =>
    periods.map(
      ({ table, index: scores }) =>
        scores.ranks[table.entities.findIndex((entity) => entity.id === id)] ?? null,
    ),
  );
  const option = useCallback(
    (colours: ChartColours) => ({
      grid: { left: 36, right: 130, top: 24, bottom: 8, containLabel: true },
      tooltip: { trigger: "item", confine: true },
      xAxis: axis(colours, {
        type: "category",
        data: names,
        boundaryGap: false,
        position: "top",
        axisLine: { show: false },
      }),
      yAxis: axis(colours, {
        type: "value",
        inverse: true,
        min: 1,
        max: order.length,
        interval: Math.max(1, Math.ceil(order.length / 10)),
      }),
      series: order.map(({ label }, line) => ({
        name: label[view.language],
        type: "line",
        data: ranks[line],
        symbolSize: 7,
        lineStyle: { width: 2 },
        emphasis: { focus: "series" },
        endLabel: { show: true, formatter: "{a}", color: colours.soft, distance: 8 },
      })),
    }),
    [names, order, ranks, view],
  );
  if (periods.length < 2) return <p className="soft">{say(words.onePeriod)}</p>;
  return (
    <EvaluationChart
      title={`${say(words.flowTitle)} · ${view.name(index.id)}`}
      note={say(words.flowNote)}
      fileName={`${view.fileName}-flow`}
      synthetic={view.synthetic}
      table={() => ({
        columns: [say(words.entity), ...names],
        rows: order.map(({ label }, line) => [
          label[view.language],
          ...ranks[line]!.map((rank) => rank ?? ""),
        ]),
      })}
    >
      <Suspense fallback={<div style={{ height: 300 }} />}>
        <EChart option={option} height={80 + 20 * order.length} />
      </Suspense>
    </EvaluationChart>
  );
}
