import type { SensitivityResult, UncertaintyResult } from "@yunhe/evaluation";
import { lazy, Suspense, useCallback } from "react";
import type { ChartColours } from "../../ui/chart/palette.ts";
import { Empty } from "../../ui/Notice.tsx";
import { evaluationWords as words } from "../../words/evaluation.ts";
import { useSay } from "../../words/language.tsx";
import { EvaluationChart } from "./EvaluationChart.tsx";
import { HeatGrid } from "./HeatGrid.tsx";
import { rounded, type RunView } from "./run-data.ts";
import { useShades } from "./shade.ts";
import { axis } from "./axis.ts";

const EChart = lazy(() => import("../../ui/chart/EChart.tsx"));

/** How sure the ranks are, and why not surer. */
export function Robustness({ view }: { readonly view: RunView }) {
  const say = useSay();
  const { uncertainty, sensitivity, removal } = view.work;
  if (!uncertainty) return <Empty icon="info" title={say(words.noRobustness)} />;
  return (
    <>
      <RankShares view={view} uncertainty={uncertainty} />
      {sensitivity && <Shares view={view} sensitivity={sensitivity} />}
      {removal && (
        <Bars
          view={view}
          title={say(words.removalTitle)}
          note={say(words.removalNote)}
          file="removal"
          names={removal.effects.map(({ removed }) => view.name(removed))}
          columns={[
            { name: say(words.meanShift), values: removal.effects.map(({ meanRankShift }) => meanRankShift) },
            {
              name: say(words.largestShift),
              values: removal.effects.map(({ largestRankShift }) => largestRankShift),
            },
          ]}
        />
      )}
    </>
  );
}

function RankShares({
  view,
  uncertainty,
}: {
  readonly view: RunView;
  readonly uncertainty: UncertaintyResult;
}) {
  const say = useSay();
  const { sequential } = useShades();
  const { language } = view;
  const entities = uncertainty.entities.toSorted((a, b) => a.rank - b.rank);
  const ranks = entities.map((_, at) => String(at + 1));
  return (
    <EvaluationChart
      title={say(words.rankShares)}
      note={say(words.rankSharesNote)}
      fileName={`${view.fileName}-rank-shares`}
      synthetic={view.synthetic}
      table={() => ({
        columns: [say(words.entity), ...ranks],
        rows: entities.map(({ entity, rankShares }) => [
          entity.label[language],
          ...rankShares.map((share) => share),
        ]),
      })}
    >
      <HeatGrid
        columns={ranks}
        cell={entities.length > 15 ? 28 : 40}
        rows={entities.map(({ entity, rankShares }) => ({
          name: entity.label[language],
          cells: rankShares.map((share) => ({
            value: share,
            shade: sequential(share === 0 ? -1 : Math.sqrt(share)),
            text: share < 0.005 ? "" : rounded(100 * share, 0),
          })),
        }))}
      />
    </EvaluationChart>
  );
}

function Shares({ view, sensitivity }: { readonly view: RunView; readonly sensitivity: SensitivityResult }) {
  const say = useSay();
  const factors = sensitivity.outputs.find(({ output }) => output === "mean-rank-shift")?.factors ?? [];
  return (
    <Bars
      view={view}
      title={say(words.sobolTitle)}
      note={say(words.sobolNote)}
      file="sensitivity"
      names={factors.map(({ factor }) => factor.label[view.language])}
      columns={[
        { name: say(words.firstOrder), values: factors.map(({ first }) => first.value) },
        { name: say(words.total), values: factors.map(({ total }) => total.value) },
      ]}
    />
  );
}

interface BarsProps {
  readonly view: RunView;
  readonly title: string;
  readonly note: string;
  readonly file: string;
  readonly names: readonly string[];
  readonly columns: readonly { readonly name: string; readonly values: readonly number[] }[];
}

/** Several numbers for each of a few things. */
export function Bars({ view, title, note, file, names, columns }: BarsProps) {
  const say = useSay();
  const option = useCallback(
    (colours: ChartColours) => ({
      grid: { left: 8, right: 24, top: 30, bottom: 8, containLabel: true },
      legend: { top: 0, textStyle: { color: colours.soft } },
      tooltip: {
        trigger: "axis",
        axisPointer: { type: "shadow" },
        confine: true,
        valueFormatter: (value: unknown) => Number(value).toFixed(3),
      },
      xAxis: axis(colours, { type: "value" }),
      yAxis: axis(colours, {
        type: "category",
        inverse: true,
        data: names,
        axisLabel: { interval: 0, width: 200, overflow: "truncate" },
        axisTick: { show: false },
      }),
      series: columns.map(({ name, values }) => ({ name, type: "bar", data: values, barMaxWidth: 10 })),
    }),
    [names, columns],
  );
  return (
    <EvaluationChart
      title={title}
      note={note}
      fileName={`${view.fileName}-${file}`}
      synthetic={view.synthetic}
      table={() => ({
        columns: [say(words.indicator), ...columns.map(({ name }) => name)],
        rows: names.map((name, at) => [name, ...columns.map(({ values }) => values[at]!)]),
      })}
    >
      <Suspense fallback={<div style={{ height: 240 }} />}>
        <EChart option={option} height={60 + 30 * names.length} />
      </Suspense>
    </EvaluationChart>
  );
}
