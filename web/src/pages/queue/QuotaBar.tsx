import { commonWords } from "../../words/common.ts";
import { queueWords } from "../../words/queue.ts";
import { useFormats, useSay } from "../../words/language.tsx";
import type { Amount } from "./amounts.ts";
import styles from "./queue.module.css";

/**
 * What a queue holds of one resource: within its quota, and beyond it in another colour. A line marks the quota, the end
 * of the bar the most that it may hold.
 */
export function QuotaBar({ amount }: { readonly amount: Amount }) {
  const say = useSay();
  const { number, bytes } = useFormats();
  const { of, model, used, borrowed, quota, borrowing } = amount;
  const show = of === "memory" ? bytes : (value: number) => number(value, 2);
  const label = of === "tasks" ? say(queueWords.tasks) : (model ?? say(commonWords[of]));
  const most = quota === undefined ? undefined : Math.max(quota + borrowing, used);
  const text =
    quota === undefined
      ? say(queueWords.unbounded, { used: show(used) })
      : say(queueWords.ofQuota, { used: show(used), quota: show(quota) });
  const lent = [
    borrowed > 0 ? say(queueWords.borrowed, { amount: show(borrowed) }) : "",
    borrowing > 0 ? say(queueWords.mayBorrow, { amount: show(borrowing) }) : "",
  ].filter((each) => each !== "");
  const width = (value: number): string => `${most === undefined || most === 0 ? 0 : (100 * value) / most}%`;
  return (
    <div className={styles["amount"]}>
      <span className={styles["label"]}>{label}</span>
      {most === undefined ? (
        <span />
      ) : (
        <span
          className={styles["bar"]}
          role="meter"
          aria-label={label}
          aria-valuemin={0}
          aria-valuemax={most}
          aria-valuenow={used}
          aria-valuetext={[text, ...lent].join("; ")}
        >
          <span className={styles["own"]} style={{ width: width(used - borrowed) }} />
          <span className={styles["lent"]} style={{ width: width(borrowed) }} />
          {borrowing > 0 && (
            <span className={styles["quota"]} style={{ insetInlineStart: width(quota ?? 0) }} />
          )}
        </span>
      )}
      <span className={styles["text"]}>{text}</span>
      {lent.length > 0 && (
        <span className={styles["note"]} data-lent={borrowed > 0 || undefined}>
          {lent.join(" · ")}
        </span>
      )}
    </div>
  );
}
