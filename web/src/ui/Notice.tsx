import type { ReactNode } from "react";
import { Icon, type IconName } from "./Icon.tsx";
import styles from "./Problem.module.css";

/** One line that matters but is no error. */
export function Notice({
  children,
  tone = "warning",
}: {
  readonly children: ReactNode;
  readonly tone?: "warning" | "info";
}) {
  return (
    <div className={styles["notice"]} data-tone={tone} role="status">
      <Icon name={tone === "info" ? "info" : "warning"} />
      <span>{children}</span>
    </div>
  );
}

interface EmptyProps {
  readonly icon?: IconName;
  readonly title: string;
  /** What to do next. */
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

/** Where nothing is: says why, and what to do next. */
export function Empty({ icon = "info", title, children, actions }: EmptyProps) {
  return (
    <div className={styles["empty"]}>
      <Icon name={icon} size={28} />
      <h3>{title}</h3>
      {children !== undefined && <p>{children}</p>}
      {actions !== undefined && <div>{actions}</div>}
    </div>
  );
}
