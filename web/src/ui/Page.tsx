import { type ReactNode, useEffect } from "react";
import { shellWords } from "../words/shell.ts";
import { useSay } from "../words/language.tsx";
import styles from "./Page.module.css";

interface PageProps {
  readonly title: string;
  /** What stands before the title: a way back. */
  readonly before?: ReactNode;
  /** Beside the title: a state, a count. */
  readonly beside?: ReactNode;
  readonly actions?: ReactNode;
  /** One sentence under the title. */
  readonly lead?: ReactNode;
  readonly children: ReactNode;
}

/** A page's heading, its actions and its body. */
export function Page({ title, before, beside, actions, lead, children }: PageProps) {
  const say = useSay();
  const product = say(shellWords.product);
  useEffect(() => {
    document.title = `${title} · ${product}`;
  }, [title, product]);
  return (
    <div className={styles["page"]}>
      <header className={styles["header"]}>
        <div className={styles["heading"]}>
          {before}
          <div className={styles["titles"]}>
            <h1>{title}</h1>
            {beside}
          </div>
          {lead !== undefined && <p className={styles["lead"]}>{lead}</p>}
        </div>
        {actions !== undefined && <div className={styles["actions"]}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

interface PanelProps {
  readonly title?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** Content that touches the border: tables. */
  readonly flush?: boolean;
}

/** A part of a page with a border and a title of its own. */
export function Panel({ title, actions, children, flush = false }: PanelProps) {
  return (
    <section className={styles["panel"]}>
      {(title !== undefined || actions !== undefined) && (
        <header className={styles["panelHeader"]}>
          <h2>{title}</h2>
          <div className={styles["actions"]}>{actions}</div>
        </header>
      )}
      <div className={flush ? styles["flush"] : styles["body"]}>{children}</div>
    </section>
  );
}
