import { type TimelineSample, type TraceRun, wordsOfPolicy } from "@yunhe/scheduler";
import { useCallback, useMemo, useState } from "react";
import { Notice } from "../../ui/Notice.tsx";
import { Panel } from "../../ui/Page.tsx";
import { Select } from "../../ui/Select.tsx";
import { useLanguage, useSay } from "../../words/language.tsx";
import { whatIfWords as words } from "../../words/what-if.ts";
import { Comparison } from "./Comparison.tsx";
import { LineChart } from "./LineChart.tsx";
import { QueueTable } from "./QueueTable.tsx";
import { overTime, type TraceResult } from "./runs.ts";
import styles from "./what-if.module.css";

interface ResultsProps {
  readonly result: TraceResult;
  readonly isExample: boolean;
}

/** What a replay over time came to: side by side, over time, by queue. */
export function Results({ result, isExample }: ResultsProps) {
  const say = useSay();
  const { runs } = result;
  const nameOf = useNameOf(runs);
  const file = isExample ? "yunhe-what-if-example" : "yunhe-what-if";
  return (
    <>
      {isExample && <Notice tone="info">{say(words.exampleNote)}</Notice>}
      <Comparison result={result} nameOf={nameOf} file={file} />
      <div className={styles["charts"]}>
        <OverTime runs={runs} nameOf={nameOf} file={file} {...allocation} isExample={isExample} />
        <OverTime runs={runs} nameOf={nameOf} file={file} {...waiting} isExample={isExample} />
        <OverTime runs={runs} nameOf={nameOf} file={file} {...fragments} isExample={isExample} />
        <QueueShares runs={runs} nameOf={nameOf} file={file} isExample={isExample} />
      </div>
      <QueueTable runs={runs} nameOf={nameOf} />
      <Reasons runs={runs} nameOf={nameOf} />
    </>
  );
}

type NameOf = (run: TraceRun) => string;

/** The policy, and where there are changes, on which fleet. */
function useNameOf(runs: readonly TraceRun[]): NameOf {
  const say = useSay();
  const isChanged = runs.some(({ fleet }) => fleet === "changed");
  return useCallback(
    ({ policy, fleet }) => {
      const name = say(wordsOfPolicy(policy));
      return isChanged ? `${name} · ${say(fleet === "changed" ? words.changed : words.asIs)}` : name;
    },
    [isChanged, say],
  );
}

const allocation = {
  title: words.allocationOverTime,
  note: words.overTimeNote,
  part: "allocation",
  unit: "percent",
  value: (sample: TimelineSample) => sample.allocatedDevicePercent,
} as const;
const waiting = {
  title: words.waitingOverTime,
  note: words.overTimeNote,
  part: "waiting",
  unit: "count",
  value: (sample: TimelineSample) => sample.waiting,
} as const;
const fragments = {
  title: words.fragmentsOverTime,
  note: words.fragmentsNote,
  part: "fragmentation",
  unit: "percent",
  value: (sample: TimelineSample) => sample.fragmentationPercent,
} as const;

interface Shared {
  readonly runs: readonly TraceRun[];
  readonly nameOf: NameOf;
  readonly file: string;
  readonly isExample: boolean;
}
type OverTimeProps = Shared & (typeof allocation | typeof waiting | typeof fragments);

const useHours = (): ((hours: number) => string) => {
  const say = useSay();
  return useCallback((hours) => say(words.hour, { hours: Math.round(hours * 10) / 10 }), [say]);
};

const useNote = (isExample: boolean, note: string): string => {
  const say = useSay();
  return isExample ? `${note} (${say(words.example)})` : note;
};

function OverTime({ runs, nameOf, file, isExample, title, note, part, unit, value }: OverTimeProps) {
  const say = useSay();
  const writeAt = useHours();
  const { hours, values } = useMemo(() => overTime(runs, value), [runs, value]);
  const lines = useMemo(
    () => runs.map((run, at) => ({ label: nameOf(run), values: values[at]! })),
    [runs, values, nameOf],
  );
  return (
    <LineChart
      title={say(title)}
      note={useNote(isExample, say(note))}
      fileName={`${file}-${part}`}
      across={say(words.hours)}
      writeAt={writeAt}
      at={hours}
      lines={lines}
      unit={unit}
    />
  );
}

/** What the queues of one run hold. */
function QueueShares({ runs, nameOf, file, isExample }: Shared) {
  const say = useSay();
  const writeAt = useHours();
  const [chosen, setChosen] = useState("0");
  const note = useNote(isExample, say(words.queueSharesNote));
  const run = runs[Number(chosen)] ?? runs[0]!;
  const hours = useMemo(() => overTime([run], () => 0).hours, [run]);
  const lines = useMemo(
    () =>
      run.queues.map(({ queue }, at) => ({
        label: queue,
        values: run.samples.map(({ queues }) => queues[at]!.dominantSharePercent),
      })),
    [run],
  );
  return (
    <LineChart
      title={say(words.queueShares)}
      note={note}
      fileName={`${file}-queues`}
      across={say(words.hours)}
      writeAt={writeAt}
      at={hours}
      lines={lines}
      unit="percent"
      actions={
        runs.length > 1 && (
          <div className={styles["pick"]}>
            <Select
              quiet
              label={say(words.ofRun)}
              value={chosen}
              options={runs.map((each, at) => ({ value: String(at), label: nameOf(each) }))}
              onChange={setChosen}
            />
          </div>
        )
      }
    />
  );
}

const MOST_REASONS = 5;

/** Tasks that never ran, with their reasons. */
function Reasons({ runs, nameOf }: Pick<Shared, "runs" | "nameOf">) {
  const say = useSay();
  const { language } = useLanguage();
  const withSome = runs.filter(({ refused, unstarted }) => refused.length + unstarted.length > 0);
  if (withSome.length === 0) return null;
  return (
    <Panel title={say(words.reasons)}>
      <div className={styles["form"]}>
        {withSome.map((run) => {
          const all = [...run.refused, ...run.unstarted];
          return (
            <section key={nameOf(run)}>
              <h3>{nameOf(run)}</h3>
              <ul className={styles["reasons"]}>
                {all.slice(0, MOST_REASONS).map(({ id, why }) => (
                  <li key={id}>
                    <code>{id}</code> {why[language]}
                  </li>
                ))}
                {all.length > MOST_REASONS && (
                  <li>{say(words.more, { count: all.length - MOST_REASONS })}</li>
                )}
              </ul>
            </section>
          );
        })}
      </div>
    </Panel>
  );
}
