import { ActionIcon, Tooltip } from "@mantine/core";
import type { TraceRun } from "@yunhe/scheduler";
import { csvOf } from "../../ui/chart/ChartFrame.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Panel } from "../../ui/Page.tsx";
import { saveText } from "../../ui/save.ts";
import { useFormats, useSay } from "../../words/language.tsx";
import { whatIfWords as words } from "../../words/what-if.ts";
import { bestOf, metricsOf, type TraceResult } from "./runs.ts";
import styles from "./what-if.module.css";

interface ComparisonProps {
  readonly result: TraceResult;
  readonly nameOf: (run: TraceRun) => string;
  readonly file: string;
}

/** One column per run, one line per measure; the best of a line stands out. */
export function Comparison({ result, nameOf, file }: ComparisonProps) {
  const say = useSay();
  const formats = useFormats();
  const { runs } = result;
  const metrics = metricsOf(runs);
  const sizeOf = ({ fleet }: TraceRun): string => {
    const { nodes, devices } = fleet === "changed" ? result.changed! : result;
    return say(words.fleetSize, { nodes, devices });
  };
  const saveTable = (): void => {
    const rows = metrics.map((metric) => [say(metric.words), ...runs.map((run) => metric.value(run) ?? "")]);
    saveText(`${file}.csv`, csvOf({ columns: [say(words.metric), ...runs.map(nameOf)], rows }), "text/csv");
  };
  const saveAll = (): void =>
    saveText(`${file}.json`, `${JSON.stringify(result, null, 2)}\n`, "application/json");
  return (
    <Panel
      flush
      title={say(words.results)}
      actions={
        <>
          <Download label={say(words.downloadJson)} icon="file" onClick={saveAll} />
          <Download label={say(words.downloadTable)} icon="download" onClick={saveTable} />
        </>
      }
    >
      <div className={styles["scroll"]} tabIndex={0} role="region" aria-label={say(words.results)}>
        <table className={styles["table"]}>
          <thead>
            <tr>
              <th scope="col">{say(words.metric)}</th>
              {runs.map((run) => (
                <th key={nameOf(run)} scope="col">
                  {nameOf(run)}
                  <small>{sizeOf(run)}</small>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {metrics.map((metric) => {
              const best = bestOf(metric, runs, formats);
              return (
                <tr key={metric.words.en}>
                  <th scope="row" title={metric.hint && say(metric.hint)}>
                    {say(metric.words)}
                  </th>
                  {runs.map((run) => {
                    const value = metric.value(run);
                    return (
                      <td key={nameOf(run)} data-best={best.has(run) || undefined}>
                        {value === null ? "–" : metric.write(value, formats)}
                      </td>
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

interface DownloadProps {
  readonly label: string;
  readonly icon: "file" | "download";
  readonly onClick: () => void;
}

export const Download = ({ label, icon, onClick }: DownloadProps) => (
  <Tooltip label={label}>
    <ActionIcon aria-label={label} onClick={onClick}>
      <Icon name={icon} />
    </ActionIcon>
  </Tooltip>
);
