import { lazy, Suspense, useCallback, useState } from "react";
import { ChartFrame } from "../../ui/chart/ChartFrame.tsx";
import type { ChartColours } from "../../ui/chart/palette.ts";
import { Select } from "../../ui/Select.tsx";
import { observatoryWords as words } from "../../words/evaluation-observatory.ts";
import { useSay } from "../../words/language.tsx";
import type { Figure, Point, Series } from "./data.ts";
import { axis } from "../evaluation-run/axis.ts";

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
  const many = series
    .map((each, at) => ({ each, at }))
    .toSorted((a, b) => b.each.points.length - a.each.points.length);
  const [chosen, setChosen] = useState(String(many[0]?.at ?? 0));
  const shown = series[Number(chosen)];
  if (!shown) return null;
  const title = `${shown.topic} · ${shown.scope}`;
  const printed = new Map(figures.map(({ id, value }) => [id, value]));
  return (
    <>
      <Select
        label={say(words.seriesChoose)}
        value={chosen}
        options={many.map(({ each, at }) => ({
          value: String(at),
          label: `${each.topic} · ${each.scope} · ${each.unit} (${each.points.length}${each.contested ? `, ${say(words.contested)}` : ""})`,
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
          columns: [say(words.period), `${say(words.value)} (${shown.unit})`, say(words.source)],
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
  const option = useCallback(
    (colours: ChartColours) => {
      const bySource = Map.groupBy(shown.points, ({ source, forecast }) =>
        forecast ? `${source} (${say(words.forecastPoint)})` : source,
      );
      return {
        grid: { left: 8, right: 24, top: 34, bottom: 96, containLabel: true },
        legend: {
          bottom: 0,
          type: "scroll",
          orient: "vertical",
          height: 84,
          textStyle: { color: colours.soft },
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
          name: shown.unit,
        }),
        series: [...bySource].flatMap(([name, points], at) => [
          {
            name,
            type: "scatter",
            color: colours.series[at % colours.series.length],
            symbolSize: 11,
            symbol: symbolOf(at, points[0]!.forecast),
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
    [shown, say],
  );
  return (
    <Suspense fallback={<div style={{ height: 420 }} />}>
      <EChart option={option} height={420} />
    </Suspense>
  );
}

/** Sources differ by shape too; hollow is a forecast. */
const symbols = ["circle", "rect", "triangle", "diamond"] as const;

function symbolOf(at: number, forecast: boolean): string {
  const symbol = symbols[at % symbols.length]!;
  return forecast ? `empty${symbol[0]!.toUpperCase()}${symbol.slice(1)}` : symbol;
}

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
