import { kinds } from "../../api/client.ts";
import { useLive } from "../../api/live.ts";
import { type Task, taskLabel, type UsageAmounts, type UsageRecord } from "../../api/task.ts";
import { LiveMark } from "../../ui/LiveMark.tsx";
import { Meter } from "../../ui/Meter.tsx";
import { Empty } from "../../ui/Notice.tsx";
import { Panel } from "../../ui/Page.tsx";
import { taskWords } from "../../words/task.ts";
import { useFormats, useSay } from "../../words/language.tsx";
import type { Words } from "../../words/words.ts";
import { Intervals } from "./Intervals.tsx";
import styles from "./task.module.css";

const amounts = [
  { name: "cpuCoreSeconds", title: taskWords.cpuTime, text: taskWords.coreSeconds, unit: 1 },
  { name: "memoryByteSeconds", title: taskWords.memoryTime, text: taskWords.gibSeconds, unit: 2 ** 30 },
  { name: "deviceShareSeconds", title: taskWords.deviceTime, text: taskWords.deviceSeconds, unit: 1 },
] as const satisfies readonly { name: keyof UsageAmounts; title: Words; text: Words; unit: number }[];

/** What was granted and what was really used, from the usage records. */
export default function Usage({ task }: { readonly task: Task }) {
  const say = useSay();
  const { namespace, name } = task.metadata;
  const live = useLive<UsageRecord>(kinds.usageRecords, { namespace, labelSelector: `${taskLabel}=${name}` });
  const records = live.items.toSorted((a, b) => a.spec.startMs - b.spec.startMs);
  if (live.state === "live" && records.length === 0)
    return (
      <Panel title={say(taskWords.usageTitle)}>
        <Empty icon="clock" title={say(taskWords.usageNone)} />
      </Panel>
    );
  const sum = (which: "grantedAmounts" | "usedAmounts", amount: keyof UsageAmounts): number =>
    records.reduce((total, { spec }) => total + spec[which][amount], 0);
  return (
    <div style={{ display: "grid", gap: 16 }}>
      <Panel title={say(taskWords.usageTitle)} actions={<LiveMark live={live} />}>
        <p className="soft small" style={{ marginBottom: 12 }}>
          {say(taskWords.usageLead)}
        </p>
        <div className={styles["usage"]}>
          {amounts.map(({ name: amount, title, text, unit }) => {
            const granted = sum("grantedAmounts", amount);
            if (granted === 0) return null;
            const used = sum("usedAmounts", amount);
            return (
              <Amount
                key={amount}
                title={say(title)}
                granted={granted}
                used={used}
                text={text}
                unit={unit}
                isMeasured={amount !== "deviceShareSeconds" || used > 0}
              />
            );
          })}
        </div>
      </Panel>
      {records.length > 1 && <Intervals task={name} records={records} />}
    </div>
  );
}

interface AmountProps {
  readonly title: string;
  readonly granted: number;
  readonly used: number;
  readonly text: Words;
  readonly unit: number;
  readonly isMeasured: boolean;
}

function Amount({ title, granted, used, text, unit, isMeasured }: AmountProps) {
  const say = useSay();
  const { number, percent } = useFormats();
  const most = Math.max(granted, used);
  const value = (amount: number): string =>
    say(text, { value: number(amount / unit, amount / unit < 10 ? 3 : 1) });
  return (
    <div>
      <h3>{title}</h3>
      <div>
        <Meter label={say(taskWords.granted)} part={granted / most} text={value(granted)} />
        {isMeasured ? <Meter label={say(taskWords.used)} part={used / most} text={value(used)} /> : null}
        <span className="soft small">
          {isMeasured
            ? say(taskWords.ofGranted, { percent: percent(used / granted) })
            : say(taskWords.notMeasured)}
        </span>
      </div>
    </div>
  );
}
