import { ActionIcon, Tooltip } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { commonWords } from "../../words/common.ts";
import { useSay } from "../../words/language.tsx";
import { saveText } from "../save.ts";
import { Icon } from "../Icon.tsx";
import { Panel } from "../Page.tsx";
import styles from "./ChartFrame.module.css";

/** The numbers behind a chart: what its table and its download show. */
export interface ChartTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** The last line of the download: what the numbers rest on. */
  readonly footnote?: string;
}

interface ChartFrameProps {
  readonly title: string;
  /** One sentence: what is drawn, in which unit. */
  readonly note?: string;
  /** File name of the download, without its ending. */
  readonly fileName: string;
  /** Made only when somebody asks for it. */
  readonly table: () => ChartTable;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** Around every chart: its title, the same numbers as a table, and as a file. */
export function ChartFrame({ title, note, fileName, table, actions, children }: ChartFrameProps) {
  const say = useSay();
  const [asTable, setAsTable] = useState(false);
  const tools = (
    <>
      {actions}
      <Tooltip label={say(asTable ? commonWords.chart : commonWords.table)}>
        <ActionIcon
          aria-label={`${title}: ${say(commonWords.table)}`}
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
        >
          <Icon name="table" />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={say(commonWords.downloadCsv)}>
        <ActionIcon
          aria-label={`${title}: ${say(commonWords.downloadCsv)}`}
          onClick={() => saveText(`${fileName}.csv`, csvOf(table()), "text/csv")}
        >
          <Icon name="download" />
        </ActionIcon>
      </Tooltip>
    </>
  );
  return (
    <Panel title={title} actions={tools}>
      {note !== undefined && <p className={styles["note"]}>{note}</p>}
      {asTable ? (
        <NumbersTable label={title} table={table()} />
      ) : (
        <div role="img" aria-label={title}>
          {children}
        </div>
      )}
    </Panel>
  );
}

export function NumbersTable({ label, table }: { readonly label: string; readonly table: ChartTable }) {
  return (
    <div className={styles["scroll"]} tabIndex={0} role="region" aria-label={label}>
      <table className={styles["numbers"]}>
        <thead>
          <tr>
            {table.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, column) => (
                <td key={column}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** RFC 4180, with the mark by which spreadsheets know UTF-8. */
export function csvOf({ columns, rows, footnote }: ChartTable): string {
  const cell = (value: string | number): string => {
    const text = String(value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [columns, ...rows, ...(footnote === undefined ? [] : [[footnote]])];
  return `\uFEFF${lines.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}
