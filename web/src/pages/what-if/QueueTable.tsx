import type { TraceRun } from "@yunhe/scheduler";
import { Panel } from "../../ui/Page.tsx";
import { useFormats, useSay } from "../../words/language.tsx";
import { whatIfWords as words } from "../../words/what-if.ts";
import styles from "./what-if.module.css";

interface QueueTableProps {
  readonly runs: readonly TraceRun[];
  readonly nameOf: (run: TraceRun) => string;
}

/** What each queue waited, held and lost, run by run. */
export function QueueTable({ runs, nameOf }: QueueTableProps) {
  const say = useSay();
  const { duration, percent, number } = useFormats();
  const names = [...new Set(runs.flatMap(({ queues }) => queues.map(({ queue }) => queue)))];
  if (names.length < 2) return null;
  const columns = [
    words.queueColumn,
    words.policy,
    words.weightColumn,
    words.started,
    words.waitP50,
    words.waitP95,
    words.waitMax,
    words.share,
    words.deviceHours,
    words.preempted,
  ];
  return (
    <Panel flush title={say(words.byQueue)}>
      <div className={styles["scroll"]} tabIndex={0} role="region" aria-label={say(words.byQueue)}>
        <table className={styles["table"]}>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column.en} scope="col" data-text={column === words.policy || undefined}>
                  {say(column)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {names.flatMap((name) =>
              runs.map((run) => {
                const queue = run.queues.find((each) => each.queue === name)!;
                const { wait, preemptions } = queue;
                return (
                  <tr key={`${name} ${nameOf(run)}`}>
                    <th scope="row">{name}</th>
                    <td data-text>{nameOf(run)}</td>
                    <td>{number(queue.weight)}</td>
                    <td>{wait.tasks}</td>
                    <td>{duration(wait.p50Ms)}</td>
                    <td>{duration(wait.p95Ms)}</td>
                    <td>{duration(wait.maxMs)}</td>
                    <td>{percent(queue.meanDominantSharePercent / 100)}</td>
                    <td>{number(queue.deviceHours, 0)}</td>
                    <td>{preemptions.byPriority + preemptions.byReclaim}</td>
                  </tr>
                );
              }),
            )}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
