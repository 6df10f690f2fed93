import type { SensitivityOf, SensitivityResult, UncertaintyResult } from "@yunhe/evaluation";
import { lazy, Suspense, useCallback, useState } from "react";
import type { ChartColours } from "../../ui/chart/palette.ts";
import { Empty } from "../../ui/Notice.tsx";
import { Select } from "../../ui/Select.tsx";
import { evaluationWords as words } from "../../words/evaluation.ts";
import { studyWords } from "../../words/evaluation-study.ts";
import { useSay } from "../../words/language.tsx";
import { EvaluationChart } from "./EvaluationChart.tsx";
import { HeatGrid } from "./HeatGrid.tsx";
import { Pairs } from "./Pairs.tsx";
import { rounded, type RunView } from "./run-data.ts";
import { SobolPicture } from "./SobolPicture.tsx";
import { useShades } from "./shade.ts";
import { axis } from "./axis.ts";
import type { RunAddress } from "./workbench/use-workbench.ts";

const EChart = lazy(() => import("../../ui/chart/EChart.tsx"));

/** How sure the ranks are, and why not surer. */
export function Robustness({ view, address }: { readonly view: RunView; readonly address: RunAddress }) {
  const say = useSay();
  const { uncertainty, sensitivity, removal } = view.work;
  if (!uncertainty)
    return (
      <>
        <Empty icon="info" title={say(words.noRobustness)} />
        <Pairs view={view} address={address} />
      </>
    );
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
      <Pairs view={view} address={address} />
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
      basis={view}
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
  const [chosen, setChosen] = useState(0);
  const { outputs, settings } = sensitivity;
  const name = (of: SensitivityOf): string =>
    of.output === "mean-rank-shift"
      ? say(studyWords.sobolMean)
      : say(studyWords.sobolRank, { entity: view.entityName(of.entity) });
  const of = outputs[chosen] ?? outputs[0];
  if (!of) return null;
  return (
    <SobolPicture
      view={view}
      title={`${say(words.sobolTitle)} · ${name(of)}`}
      file={of.output === "rank" ? `sensitivity-${of.entity}` : "sensitivity"}
      of={of}
      interval={settings.interval}
      actions={
        <Select
          quiet
          label={say(studyWords.sobolOf)}
          value={String(chosen)}
          options={outputs.map((each, at) => ({ value: String(at), label: name(each) }))}
          onChange={(at) => setChosen(Number(at))}
        />
      }
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
      basis={view}
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
