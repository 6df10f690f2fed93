import type { ReactNode } from "react";
import { Icon } from "./Icon.tsx";
import styles from "./FoldedPanel.module.css";
import { Panel } from "./Page.tsx";

interface FoldedPanelProps {
  readonly title: string;
  /** What is in it, while it is closed. */
  readonly note?: ReactNode;
  readonly open?: boolean;
  readonly children: ReactNode;
}

/** A part of a page that most people need not see: opens on a click, with the keyboard too. */
export function FoldedPanel({ title, note, open = false, children }: FoldedPanelProps) {
  return (
    <Panel flush>
      <details className={styles["folded"]} open={open}>
        <summary>
          <Icon name="down" size={12} />
          <h2>{title}</h2>
          {note !== undefined && <span className="soft small">{note}</span>}
        </summary>
        <div className={styles["body"]}>{children}</div>
      </details>
    </Panel>
  );
}
