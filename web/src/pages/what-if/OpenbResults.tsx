import { type ArrivalPoint, wordsOfPolicy } from "@yunhe/scheduler";
import { useMemo } from "react";
import { HeadRow } from "../../ui/HeadRow.tsx";
import { csvOf } from "../../ui/chart/ChartFrame.tsx";
import { Panel } from "../../ui/Page.tsx";
import { saveText } from "../../ui/save.ts";
import { useFormats, useSay } from "../../words/language.tsx";
import { whatIfWords as words } from "../../words/what-if.ts";
import type { Words } from "../../words/words.ts";
import { Download } from "./Comparison.tsx";
import { LineChart } from "./LineChart.tsx";
import type { OpenbResult } from "./runs.ts";
import styles from "./what-if.module.css";

const file = "yunhe-what-if-openb";
const arrived = [90, 95, 100, 110, 130];
const writeAt = (percent: number): string => `${percent}%`;

type MeanPoint = Pick<ArrivalPoint, "allocatedPercent" | "fragmentationPercent">;

interface PolicyMean {
  /** Its name in the reader's language. */
  readonly policy: string;
  readonly orders: number;
  readonly placed: number;
  readonly dropped: number;
  readonly pointAt: (percent: number) => MeanPoint | undefined;
}

/** The allocation of each policy as tasks arrive, as the mean over the orders of arrival. */
export function OpenbResults({ result }: { readonly result: OpenbResult }) {
  const say = useSay();
  const { number } = useFormats();
  const means = useMemo(() => meansOf(result, say), [result, say]);
  const at = useMemo(
    () =>
      [
        ...new Set(result.runs.flatMap(({ points }) => points.map(({ arrivedPercent }) => arrivedPercent))),
      ].sort((a, b) => a - b),
    [result],
  );
  const allocated = useMemo(
    () => linesOf(means, at, ({ allocatedPercent }) => allocatedPercent),
    [means, at],
  );
  const fragmented = useMemo(
    () => linesOf(means, at, ({ fragmentationPercent }) => fragmentationPercent),
    [means, at],
  );
  const columns = [say(words.policy), say(words.placed), say(words.dropped), ...arrived.map(writeAt)];
  const rows = means.map(({ policy, orders, placed, dropped, pointAt }) => [
    orders > 1 ? `${policy} (${say(words.mean, { count: orders })})` : policy,
    number(placed, 1),
    number(dropped, 1),
    ...arrived.map((percent) => pointAt(percent)?.allocatedPercent.toFixed(2) ?? "–"),
  ]);
  return (
    <>
      <Panel
        flush
        title={`${say(words.results)} · ${say(words.fleetSize, { nodes: result.nodes, devices: result.devices })}`}
        actions={
          <>
            <Download
              label={say(words.downloadJson)}
              icon="file"
              onClick={() =>
                saveText(`${file}.json`, `${JSON.stringify(result, null, 2)}\n`, "application/json")
              }
            />
            <Download
              label={say(words.downloadTable)}
              icon="download"
              onClick={() => saveText(`${file}.csv`, csvOf({ columns, rows }), "text/csv")}
            />
          </>
        }
      >
        <div className={styles["scroll"]} tabIndex={0} role="region" aria-label={say(words.results)}>
          <table className={styles["table"]}>
            <HeadRow names={columns} />
            <tbody>
              {rows.map(([name, ...cells]) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {cells.map((cell, column) => (
                    <td key={column}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Panel>
      <div className={styles["charts"]}>
        <LineChart
          title={say(words.allocatedByArrival)}
          note={say(words.arrivedNote)}
          fileName={`${file}-allocation`}
          across={say(words.arrived)}
          writeAt={writeAt}
          at={at}
          lines={allocated}
          unit="percent"
        />
        <LineChart
          title={say(words.fragmentsByArrival)}
          note={say(words.fragmentsNote)}
          fileName={`${file}-fragmentation`}
          across={say(words.arrived)}
          writeAt={writeAt}
          at={at}
          lines={fragmented}
          unit="percent"
        />
      </div>
    </>
  );
}

const linesOf = (means: readonly PolicyMean[], at: readonly number[], of: (point: MeanPoint) => number) =>
  means.map(({ policy, pointAt }) => ({
    label: policy,
    values: at.map((percent) => {
      const point = pointAt(percent);
      return point === undefined ? null : of(point);
    }),
  }));

function meansOf({ runs }: OpenbResult, say: (words: Words) => string): PolicyMean[] {
  return [...Map.groupBy(runs, ({ policy }) => policy)].map(([id, of]) => {
    const policy = say(wordsOfPolicy(id));
    const mean = (value: (run: (typeof of)[number]) => number): number =>
      of.reduce((sum, run) => sum + value(run), 0) / of.length;
    const tables = of.map(({ points }) => new Map(points.map((point) => [point.arrivedPercent, point])));
    return {
      policy,
      orders: of.length,
      placed: mean(({ placed }) => placed),
      dropped: mean(({ dropped }) => dropped),
      pointAt: (percent) => {
        const found = tables.map((table) => table.get(percent)).filter((point) => point !== undefined);
        if (found.length === 0) return undefined;
        const meanOf = (key: "allocatedPercent" | "fragmentationPercent"): number =>
          found.reduce((sum, point) => sum + point[key], 0) / found.length;
        return {
          allocatedPercent: meanOf("allocatedPercent"),
          fragmentationPercent: meanOf("fragmentationPercent"),
        };
      },
    };
  });
}
