import type { ArrayCounts } from "../../api/task.ts";
import { tasksWords } from "../../words/tasks.ts";
import { useSay } from "../../words/language.tsx";
import styles from "./TasksPage.module.css";

/** How the members of an array stand, as a bar and in words. */
export function ArrayProgress({ counts }: { readonly counts: ArrayCounts }) {
  const say = useSay();
  const { total, succeeded, failed, cancelled, running } = counts;
  const width = (count: number) => ({ width: `${(100 * count) / Math.max(1, total)}%` });
  const done = succeeded + failed + cancelled;
  return (
    <span className={styles["progress"]} title={say(tasksWords.arrayProgress, { ...counts })}>
      <span className={styles["bar"]} aria-hidden="true">
        <span data-tone="ok" style={width(succeeded)} />
        <span data-tone="bad" style={width(failed)} />
        <span data-tone="busy" style={width(running)} />
      </span>
      <span>
        {say(tasksWords.done, { done, total })}
        {failed > 0 && (
          <span style={{ color: "var(--yh-bad)" }}> · {say(tasksWords.failedCount, { count: failed })}</span>
        )}
      </span>
    </span>
  );
}
