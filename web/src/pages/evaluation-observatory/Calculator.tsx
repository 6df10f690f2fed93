import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useCallback, useState } from "react";
import { ChartFrame } from "../../ui/chart/ChartFrame.tsx";
import type { ChartColours } from "../../ui/chart/palette.ts";
import { Facts } from "../../ui/Facts.tsx";
import { TextField } from "../../ui/form/Field.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { Panel } from "../../ui/Page.tsx";
import { Select } from "../../ui/Select.tsx";
import { observatoryWords as words } from "../../words/evaluation-observatory.ts";
import { useFormats, useLanguage, useSay } from "../../words/language.tsx";
import styles from "../evaluation/evaluation.module.css";
import { type Library, libraryQuery } from "../evaluation-specification/library.ts";
import { axis } from "../evaluation-run/axis.ts";

const EChart = lazy(() => import("../../ui/chart/EChart.tsx"));

/** Growth between two levels, and a forecast of a series. */
export function Calculator() {
  const { data: library } = useQuery(libraryQuery);
  if (!library) return null;
  return (
    <div className={styles["columns"]}>
      <Growth library={library} />
      <Forecast library={library} />
    </div>
  );
}

const positive = (text: string): number | undefined => {
  const value = Number(text.replaceAll(",", ""));
  return text.trim() !== "" && Number.isFinite(value) && value > 0 ? value : undefined;
};

function Growth({ library: { observatory } }: { readonly library: Library }) {
  const say = useSay();
  const formats = useFormats();
  const [first, setFirst] = useState("");
  const [last, setLast] = useState("");
  const [years, setYears] = useState("1");
  const [ahead, setAhead] = useState("");
  const [goal, setGoal] = useState("");
  const [a, b, n, k, g] = [first, last, years, ahead, goal].map(positive);
  const rate =
    a === undefined || b === undefined || n === undefined
      ? undefined
      : observatory.compoundAnnualGrowth(a, b, n);
  const reached =
    rate !== undefined && rate > 0 && g !== undefined ? observatory.yearsToReach(b!, g, rate) : undefined;
  return (
    <Panel title={say(words.growthTitle)}>
      <div className={styles["form"]}>
        <div className={styles["choices"]}>
          <TextField label={say(words.first)} type="number" value={first} onChange={setFirst} />
          <TextField label={say(words.last)} type="number" value={last} onChange={setLast} />
          <TextField label={say(words.years)} type="number" value={years} onChange={setYears} />
          <TextField label={say(words.ahead)} type="number" value={ahead} onChange={setAhead} />
          <TextField label={say(words.goal)} type="number" value={goal} onChange={setGoal} />
        </div>
        {rate === undefined ? (
          <p className="soft">{say(words.needNumbers)}</p>
        ) : (
          <Facts
            across
            facts={[
              { name: say(n === 1 ? words.rate : words.cagr), value: `${(100 * rate).toFixed(2)}%` },
              {
                name: say(words.ahead),
                value: k === undefined ? undefined : formats.number(observatory.project(b!, rate, k), 1),
              },
              {
                name: say(words.goal),
                value: reached === undefined ? undefined : say(words.reached, { count: reached }),
              },
            ]}
          />
        )}
      </div>
    </Panel>
  );
}

/** "2023 6165" per line; commas and tabs separate too. */
const valuesOf = (text: string): { year: number; value: number }[] =>
  text
    .split("\n")
    .map((line) =>
      line
        .trim()
        .split(/[\s,;=]+/)
        .map(Number),
    )
    .filter(([year, value]) => Number.isInteger(year) && Number.isFinite(value))
    .map(([year, value]) => ({ year: year!, value: value! }));

type Method = "linear-trend" | "exponential-trend" | "holt";

function Forecast({ library }: { readonly library: Library }) {
  const say = useSay();
  const { language } = useLanguage();
  const [text, setText] = useState("");
  const [method, setMethod] = useState<Method>("linear-trend");
  const [horizon, setHorizon] = useState("3");
  const values = valuesOf(text);
  const result = forecastOf(library, values, method, positive(horizon) ?? 3);
  return (
    <Panel title={say(words.forecastTitle)}>
      <div className={styles["form"]}>
        <TextField label={say(words.forecastInput)} rows={6} mono value={text} onChange={setText} />
        <div className={styles["choices"]}>
          <Select
            label={say(words.method)}
            value={method}
            options={[
              { value: "linear-trend", label: say(words.linear) },
              { value: "exponential-trend", label: say(words.exponential) },
              { value: "holt", label: say(words.holt) },
            ]}
            onChange={(value) => setMethod(value as Method)}
          />
          <TextField label={say(words.horizon)} type="number" value={horizon} onChange={setHorizon} />
        </div>
        {text !== "" && "problem" in result && <Notice>{result.problem[language]}</Notice>}
        {"value" in result && <ForecastChart values={values} forecast={result.value} />}
      </div>
    </Panel>
  );
}

type ForecastOf = ReturnType<Library["observatory"]["forecast"]>;

function forecastOf(
  { observatory, tabular }: Library,
  values: readonly { year: number; value: number }[],
  method: Method,
  horizon: number,
): { readonly value: ForecastOf } | { readonly problem: { readonly en: string; readonly zh: string } } {
  try {
    return { value: observatory.forecast(values, { method, horizon }) };
  } catch (error) {
    if (error instanceof tabular.InputError) return { problem: error.words };
    throw error;
  }
}

function ForecastChart({
  values,
  forecast,
}: {
  readonly values: readonly { year: number; value: number }[];
  readonly forecast: ForecastOf;
}) {
  const say = useSay();
  const { language } = useLanguage();
  const interval = say(words.everyYears, { percent: Math.round(100 * forecast.level) });
  const option = useCallback(
    (colours: ChartColours) => {
      const line = (name: string, data: readonly (readonly number[])[], more: object) => ({
        name,
        type: "line",
        data,
        symbolSize: 6,
        ...more,
      });
      const last = values.at(-1)!;
      const from = [last.year, last.value];
      return {
        grid: { left: 8, right: 20, top: 16, bottom: 40, containLabel: true },
        legend: { bottom: 0, textStyle: { color: colours.soft } },
        tooltip: { trigger: "axis", confine: true },
        xAxis: axis(colours, {
          type: "value",
          scale: true,
          minInterval: 1,
          axisLabel: { formatter: (value: number) => String(value) },
          splitLine: { show: false },
        }),
        yAxis: axis(colours, { type: "value", scale: true }),
        series: [
          line(
            say(words.value),
            values.map(({ year, value }) => [year, value]),
            { color: colours.series[0] },
          ),
          line(say(words.ours), [from, ...forecast.points.map(({ year, value }) => [year, value])], {
            color: colours.series[1],
            lineStyle: { type: "dashed" },
          }),
          line(say(words.lower), [from, ...forecast.points.map(({ year, low }) => [year, low])], {
            color: colours.soft,
            lineStyle: { type: "dotted" },
            symbol: "none",
          }),
          line(say(words.upper), [from, ...forecast.points.map(({ year, high }) => [year, high])], {
            color: colours.soft,
            lineStyle: { type: "dotted" },
            symbol: "none",
          }),
        ],
      };
    },
    [values, forecast, say],
  );
  return (
    <ChartFrame
      title={say(words.forecastTitle)}
      note={`${interval}. ${forecast.assumptions[language]}`}
      fileName="yunhe-forecast"
      table={() => ({
        columns: [say(words.year), say(words.value), say(words.lower), say(words.upper)],
        rows: [
          ...values.map(({ year, value }) => [year, value, "", ""]),
          ...forecast.points.map(({ year, value, low, high }) => [year, value, low, high]),
        ],
      })}
    >
      <Suspense fallback={<div style={{ height: 280 }} />}>
        <EChart option={option} height={280} />
      </Suspense>
    </ChartFrame>
  );
}
