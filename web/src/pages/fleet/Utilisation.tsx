import type { FleetSample } from "@yunhe/client";
import { lazy, Suspense, useMemo, useState } from "react";
import { ChartFrame, type ChartTable } from "../../ui/chart/ChartFrame.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { commonWords } from "../../words/common.ts";
import { fleetWords } from "../../words/fleet.ts";
import { formatsOf } from "../../format/format.ts";
import { useLanguage, useSay } from "../../words/language.tsx";

const TimeSeries = lazy(() => import("../../ui/chart/TimeSeries.tsx"));

const part = ({ held, total }: { readonly held: number; readonly total: number }): number | null =>
  total === 0 ? null : held / total;
const whole = [0, 1] as const;
const percent = (value: number): string => `${Math.round(value * 100)}%`;

/** How much of the fleet was granted, over the last minutes or hours. */
export function Utilisation({ history }: { readonly history: readonly FleetSample[] }) {
  const say = useSay();
  const { language } = useLanguage();
  const [minutes, setMinutes] = useState("15");
  const samples = useMemo(() => {
    const from = (history.at(-1)?.atMs ?? 0) - Number(minutes) * 60_000;
    return history.filter(({ atMs }) => atMs >= from);
  }, [history, minutes]);
  const hasDevices = samples.some(({ devicesMilli }) => devicesMilli.total > 0);
  const lines = useMemo(
    () => [
      { label: say(commonWords.cpu), values: samples.map(({ cpuMilli }) => part(cpuMilli)) },
      { label: say(commonWords.memory), values: samples.map(({ memoryBytes }) => part(memoryBytes)) },
      ...(hasDevices
        ? [{ label: say(commonWords.devices), values: samples.map(({ devicesMilli }) => part(devicesMilli)) }]
        : []),
    ],
    [samples, hasDevices, say],
  );
  const times = useMemo(() => samples.map(({ atMs }) => atMs), [samples]);
  const table = (): ChartTable => ({
    columns: [
      say(fleetWords.time),
      ...lines.map(({ label }) => `${label} (%)`),
      say(fleetWords.running),
      say(fleetWords.waiting),
    ],
    rows: samples.map((sample, at) => [
      formatsOf(language).dateTime(sample.atMs),
      ...lines.map(({ values }) =>
        values[at] === null || values[at] === undefined ? "" : (values[at] * 100).toFixed(1),
      ),
      sample.running,
      sample.waiting,
    ]),
  });
  const ranges = [
    { value: "15", label: say(fleetWords.last15) },
    { value: "60", label: say(fleetWords.last60) },
    { value: "120", label: say(fleetWords.last120) },
  ];
  return (
    <ChartFrame
      title={say(fleetWords.utilisation)}
      note={say(fleetWords.utilisationNote)}
      fileName="yunhe-utilisation"
      table={table}
      actions={
        <Choice label={say(fleetWords.range)} value={minutes} options={ranges} onChange={setMinutes} />
      }
    >
      <Suspense fallback={<div style={{ height: 226 }} />}>
        {samples.length < 2 ? (
          <p className="soft">{say(fleetWords.collecting)}</p>
        ) : (
          <TimeSeries timesMs={times} lines={lines} format={percent} range={whole} />
        )}
      </Suspense>
    </ChartFrame>
  );
}
