import { lazy, Suspense, useCallback, useState } from "react";
import { ChartFrame } from "../../ui/chart/ChartFrame.tsx";
import type { ChartColours } from "../../ui/chart/palette.ts";
import { Select } from "../../ui/Select.tsx";
import { observatoryWords as words } from "../../words/evaluation-observatory.ts";
import { useLanguage, useSay } from "../../words/language.tsx";
import { type Figure, type Point, readIn, type Series } from "./data.ts";
import { axis } from "../evaluation-run/axis.ts";
import { fitted } from "../evaluation-run/run-data.ts";

const EChart = lazy(() => import("../../ui/chart/EChart.tsx"));

/** Figures that may share an axis, each publication in its own colour, so that competing values stand side by side. */
export function SeriesChart({
  series,
  figures,
}: {
  readonly series: readonly Series[];
  readonly figures: readonly Figure[];
}) {
  const say = useSay();
  const read = readIn[useLanguage().language];
  const many = series
    .map((each, at) => ({ each, at }))
    .toSorted((a, b) => b.each.points.length - a.each.points.length);
  const [chosen, setChosen] = useState(String(many[0]?.at ?? 0));
  const shown = series[Number(chosen)];
  if (!shown) return null;
  const title = `${read.name(shown.topic)} · ${read.scope(shown.scope)}`;
  const printed = new Map(figures.map(({ id, value }) => [id, value]));
  return (
    <>
      <Select
        label={say(words.seriesChoose)}
        value={chosen}
        options={many.map(({ each, at }) => ({
          value: String(at),
          label: `${read.name(each.topic)} · ${read.scope(each.scope)} · ${read.unit(each.unit)} (${each.points.length}${each.contested ? `, ${say(words.contested)}` : ""})`,
        }))}
        onChange={setChosen}
      />
      <ChartFrame
        title={title}
        note={say(words.seriesNote, {
          source: [...new Set(shown.points.map(({ source }) => source))].join("; "),
        })}
        fileName="yunhe-observatory-series"
        table={() => ({
          columns: [say(words.period), `${say(words.value)} (${read.unit(shown.unit)})`, say(words.source)],
          rows: shown.points.map(({ at, id, source }) => [at, printed.get(id) ?? "", source]),
        })}
      >
        <Points shown={shown} />
      </ChartFrame>
    </>
  );
}

function Points({ shown }: { readonly shown: Series }) {
  const say = useSay();
  const read = readIn[useLanguage().language];
  const option = useCallback(
    (colours: ChartColours) => {
      const bySource = Map.groupBy(shown.points, ({ source, forecast }) =>
        forecast ? `${source} (${say(words.forecastPoint)})` : source,
      );
      return {
        grid: { left: 8, right: 24, top: 34, bottom: 96, containLabel: true },
        legend: {
          bottom: 0,
          left: 0,
          type: "scroll",
          orient: "vertical",
          height: 84,
          textStyle: { color: colours.soft },
          // The whole names stand above the chart; here they must fit the width of a phone.
          formatter: (name: string) => fitted(name, 44),
        },
        tooltip: { trigger: "item", confine: true },
        xAxis: axis(colours, {
          type: "value",
          min: Math.floor(Math.min(...shown.points.map(({ at }) => at))) - 1,
          max: Math.ceil(Math.max(...shown.points.map(({ at }) => at))) + 1,
          minInterval: 1,
          axisLabel: { formatter: (value: number) => String(value) },
          splitLine: { show: false },
        }),
        yAxis: axis(colours, {
          type: "value",
          scale: true,
          name: read.unit(shown.unit),
        }),
        series: [...bySource].flatMap(([name, points], at) => [
          {
            name,
            type: "scatter",
            ...markOf(colours.series[at % colours.series.length]!, points[0]!.forecast),
            symbolSize: 11,
            symbol: symbols[at % symbols.length],
            data: points.map(({ at, value }) => [at, value]),
            label: {
              show: true,
              position: "right",
              color: colours.ink,
              formatter: ({ data }: { data: [number, number] }) => String(data[1]),
            },
          },
          ...points.flatMap((point) => whisker(point, colours)),
        ]),
      };
    },
    [shown, say, read],
  );
  return (
    <Suspense fallback={<div style={{ height: 420 }} />}>
      <EChart option={option} height={420} />
    </Suspense>
  );
}

/** Sources differ by shape too. */
const symbols = ["circle", "rect", "triangle", "diamond"] as const;

/** Hollow is a forecast. */
const markOf = (colour: string, forecast: boolean) => ({
  color: colour,
  itemStyle: forecast ? { color: "transparent", borderColor: colour, borderWidth: 2 } : { color: colour },
});

/** From the least to the greatest value that the printed digits allow; open ends are not drawn. */
function whisker({ at, low, high }: Point, colours: ChartColours) {
  if (low === null || high === null || low === high) return [];
  return [
    {
      type: "line",
      silent: true,
      symbol: "none",
      lineStyle: { color: colours.soft, width: 1 },
      data: [
        [at, low],
        [at, high],
      ],
    },
  ];
}
