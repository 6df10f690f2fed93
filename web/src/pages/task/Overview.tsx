import { kinds } from "../../api/client.ts";
import { useLive } from "../../api/live.ts";
import type { Attempt, Task } from "../../api/task.ts";
import { Attempts } from "./Attempts.tsx";
import { Files } from "./Files.tsx";
import { Log } from "./Log.tsx";
import styles from "./task.module.css";
import { Why } from "./Why.tsx";

/** Attempts over time, the log, and why it is where it is. */
export function Overview({ task }: { readonly task: Task }) {
  const { namespace, name } = task.metadata;
  const live = useLive<Attempt>(kinds.attempts, { namespace, fieldSelector: `spec.task=${name}` });
  const attempts = live.items.toSorted((a, b) => a.spec.number - b.spec.number);
  return (
    <div className={styles["columns"]}>
      <div className={styles["main"]}>
        {task.spec.array === undefined && <Log task={task} attempts={attempts} />}
      </div>
      <div className={styles["side"]}>
        <Attempts attempts={attempts} isLoading={live.state === "loading"} />
        <Why task={task} />
        <Files task={task} />
      </div>
    </div>
  );
}
