import { useNavigate } from "@tanstack/react-router";
import type { EntityProfile, ProfileIndicator } from "@yunhe/evaluation";
import { lazy, Suspense, useCallback } from "react";
import type { ChartColours } from "../../ui/chart/palette.ts";
import { Facts } from "../../ui/Facts.tsx";
import { Panel } from "../../ui/Page.tsx";
import { Problem } from "../../ui/Problem.tsx";
import { Select } from "../../ui/Select.tsx";
import { commonWords } from "../../words/common.ts";
import { evaluationWords as words } from "../../words/evaluation.ts";
import { useSay } from "../../words/language.tsx";
import evaluationStyles from "../evaluation/evaluation.module.css";
import { SyntheticMark } from "../evaluation/SyntheticMark.tsx";
import { EvaluationChart } from "./EvaluationChart.tsx";
import { Reach } from "./Reach.tsx";
import { inOrder, rounded, type RunView, wrapped } from "./run-data.ts";
import { axis } from "./axis.ts";
import { type RunAddress, useAnswer, useWorkbench } from "./workbench/use-workbench.ts";

const EChart = lazy(() => import("../../ui/chart/EChart.tsx"));

interface ProfileProps {
  readonly view: RunView;
  readonly address: RunAddress;
  readonly entity: string | undefined;
}

/** One entity: where it is strong and weak, who is like it, and what a better rank would take. */
export function Profile({ view, address, entity }: ProfileProps) {
  const say = useSay();
  const navigate = useNavigate();
  const entities = inOrder(view).map((e) => view.table.entities[e]!);
  const chosen = entities.find(({ id }) => id === entity)?.id ?? entities[0]!.id;
  const { bench, error } = useWorkbench(address);
  const at = { index: view.index.id, period: view.table.period };
  const asked = useAnswer(bench, "profile", { ...at, entity: chosen });
  // The last answer stays until the next one is there: it may be of another entity.
  const profile = asked.answer?.entity.id === chosen ? asked.answer : undefined;
  return (
    <>
      <div className={evaluationStyles["choices"]}>
        <Select
          label={say(words.entity)}
          value={chosen}
          options={entities.map(({ id, label }) => ({ value: id, label: label[view.language] }))}
          onChange={(id) =>
            void navigate({
              to: ".",
              search: (before) => ({ ...before, entity: id }),
              replace: true,
            })
          }
        />
      </div>
      <Problem error={error ?? asked.error} />
      {!profile && !error && !asked.error && <p className="soft">{say(commonWords.loading)}</p>}
      {profile && bench && (
        <>
          <Panel title={view.entityName(chosen)} actions={view.synthetic && <SyntheticMark />}>
            <Facts
              across
              facts={[
                { name: say(words.rank), value: `${profile.rank} / ${entities.length}` },
                { name: say(words.score), value: rounded(profile.score) },
                {
                  name: say(words.peers),
                  value: profile.peers
                    .map(({ entity: peer, rank }) => `${peer.label[view.language]} (#${rank})`)
                    .join(", "),
                },
              ]}
            />
          </Panel>
          <div className={evaluationStyles["columns"]}>
            <Radar view={view} profile={profile} />
            <div className={evaluationStyles["form"]}>
              <Indicators title={say(words.strengths)} list={profile.strengths} view={view} />
              <Indicators title={say(words.weaknesses)} list={profile.weaknesses} view={view} />
            </div>
          </div>
          <Reach view={view} entity={chosen} rankNow={profile.rank} bench={bench} />
        </>
      )}
    </>
  );
}

function Indicators({
  title,
  list,
  view,
}: {
  readonly title: string;
  readonly list: readonly ProfileIndicator[];
  readonly view: RunView;
}) {
  const say = useSay();
  return (
    <Panel title={title}>
      {list.length === 0 && <p className="soft">{say(commonWords.none)}</p>}
      <table className={evaluationStyles["grid"]}>
        {list.length > 0 && (
          <thead>
            <tr>
              <th scope="col">{say(words.indicator)}</th>
              <th scope="col">{say(words.normalised)}</th>
              <th scope="col">{say(words.againstMedian)}</th>
              <th scope="col">{say(words.points)}</th>
            </tr>
          </thead>
        )}
        <tbody>
          {list.map(({ indicator, normalised, median, gain }) => (
            <tr key={indicator}>
              <th scope="row">{view.name(indicator)}</th>
              <td>{rounded(normalised, 1)}</td>
              <td className="soft">{`${normalised >= median ? "+" : "−"}${rounded(Math.abs(normalised - median), 1)}`}</td>
              <td>{gain === null ? "" : `${gain >= 0 ? "+" : "−"}${rounded(Math.abs(gain))}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

/** Normalised values against the median of all; fewer than three axes make no radar, so they are bars. */
function Radar({ view, profile }: { readonly view: RunView; readonly profile: EntityProfile }) {
  const say = useSay();
  const { table, index } = view;
  const e = table.entities.findIndex(({ id }) => id === profile.entity.id);
  const leaves = table.indicators.filter(({ id }) => id in index.influence);
  const values = leaves.map(({ normalised }) => normalised[e]!);
  const medians = leaves.map(({ normalised }) => middle(normalised));
  const names = leaves.map(({ id }) => view.name(id));
  const option = useCallback(
    (colours: ChartColours) => {
      const mine = view.entityName(profile.entity.id);
      const shared = {
        legend: { bottom: 0, textStyle: { color: colours.soft } },
        tooltip: { confine: true },
      };
      if (leaves.length < 3)
        return {
          ...shared,
          grid: { left: 8, right: 16, top: 8, bottom: 40, containLabel: true },
          xAxis: axis(colours, { type: "value" }),
          yAxis: axis(colours, { type: "category", data: names }),
          series: [
            { name: mine, type: "bar", data: values, barMaxWidth: 14 },
            { name: say(words.median), type: "bar", data: medians, barMaxWidth: 14 },
          ],
        };
      const lows = leaves.map(({ normalised }) => Math.min(...normalised));
      const highs = leaves.map(({ normalised }) => Math.max(...normalised));
      return {
        ...shared,
        radar: {
          indicator: names.map((name, at) => ({ name, min: Math.min(0, lows[at]!), max: highs[at]! })),
          axisName: {
            color: colours.soft,
            fontSize: 11,
          },
          splitArea: { show: false },
          splitLine: { lineStyle: { color: colours.line } },
          axisLine: { lineStyle: { color: colours.line } },
        },
        media: [{ query: { maxWidth: 420 }, option: named(13, 2, "46%") }, { option: named(20, 2, "60%") }],
        series: [
          {
            type: "radar",
            data: [
              { name: mine, value: values, areaStyle: { opacity: 0.18 } },
              { name: say(words.median), value: medians, lineStyle: { type: "dashed" } },
            ],
          },
        ],
      };
    },
    [leaves, medians, names, profile, say, values, view],
  );
  return (
    <EvaluationChart
      title={`${say(words.radarTitle)} · ${view.entityName(profile.entity.id)}`}
      note={say(words.radarNote)}
      fileName={`${view.fileName}-${profile.entity.id}`}
      basis={view}
      table={() => ({
        columns: [say(words.indicator), view.entityName(profile.entity.id), say(words.median)],
        rows: names.map((name, at) => [name, values[at]!, medians[at]!]),
      })}
    >
      <Suspense fallback={<div style={{ height: 420 }} />}>
        <EChart option={option} height={420} />
      </Suspense>
    </EvaluationChart>
  );
}

/** Names of the axes in lines of at most `most` letters: a phone has little room beside the figure. */
const named = (most: number, lines: number, radius: string) => ({
  radar: { radius, axisName: { formatter: (name: string) => wrapped(name, most, lines).join("\n") } },
});

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
