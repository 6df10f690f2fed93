import styles from "./Meter.module.css";

interface MeterProps {
  readonly label: string;
  /** 0…1 */
  readonly part: number;
  readonly text: string;
}

/** How much of something is in use; the text says it too. */
export function Meter({ label, part, text }: MeterProps) {
  const percent = Math.min(100, Math.max(0, part * 100));
  return (
    <div className={styles["meter"]}>
      <span className={styles["label"]}>{label}</span>
      <span
        className={styles["bar"]}
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(percent)}
        aria-valuetext={text}
      >
        <span style={{ width: `${percent}%` }} data-full={percent > 95 || undefined} />
      </span>
      <span className={styles["text"]}>{text}</span>
    </div>
  );
}
