import { lazy, Suspense, useCallback } from "react";
import type { ChartColours } from "../../ui/chart/palette.ts";
import { evaluationWords as words } from "../../words/evaluation.ts";
import { useSay } from "../../words/language.tsx";
import { EvaluationChart } from "./EvaluationChart.tsx";
import { inOrder, leavesOf, partsOf, type RunView } from "./run-data.ts";
import { stackedBars } from "./stacked-bars.ts";

const EChart = lazy(() => import("../../ui/chart/EChart.tsx"));

/** What each score is made of, from the best to the worst. */
export function Contributions({ view }: { readonly view: RunView }) {
  const say = useSay();
  const { index, table } = view;
  const order = inOrder(view);
  const leaves = leavesOf(view);
  const parts = index.contributions;
  const stacks = partsOf(view);
  const option = useCallback(
    (colours: ChartColours) =>
      stackedBars(colours, {
        names: order.map((e) => table.entities[e]!.label[view.language]),
        parts: stacks.map(({ id, values }) => ({
          name: view.name(id),
          values: order.map((e) => values[e] ?? 0),
        })),
        top: 60,
      }),
    [stacks, order, table, view],
  );
  if (!parts) return <p className="soft">{say(words.notApplicable)}</p>;
  return (
    <EvaluationChart
      title={`${say(words.contributionsTitle)} · ${view.name(index.id)} · ${table.period}`}
      note={say(words.contributionsNote)}
      fileName={`${view.fileName}-contributions`}
      basis={view}
      table={() => ({
        columns: [say(words.entity), ...leaves.map(view.name), say(words.score)],
        rows: order.map((e) => [
          table.entities[e]!.label[view.language],
          ...leaves.map((id) => parts[id]![e]!),
          index.scores[e]!,
        ]),
      })}
    >
      <Suspense fallback={<div style={{ height: 300 }} />}>
        <EChart option={option} height={90 + 21 * order.length} />
      </Suspense>
    </EvaluationChart>
  );
}
