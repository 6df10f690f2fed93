import { Button } from "@mantine/core";
import { type ReactNode, useMemo, useState } from "react";
import { commonWords } from "../words/common.ts";
import { useSay } from "../words/language.tsx";
import { Icon } from "./Icon.tsx";
import styles from "./DataTable.module.css";

export interface TableColumn<Row> {
  readonly id: string;
  readonly label: string;
  readonly cell: (row: Row) => ReactNode;
  /** Makes the column sortable. */
  readonly order?: (row: Row) => string | number | undefined;
  readonly align?: "end";
  /** Left out where the table stands narrow, unlike the others, which move below each other. */
  readonly wideOnly?: boolean;
  /** The column that names the row. */
  readonly main?: boolean;
}

interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly TableColumn<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** Shown instead of rows when there are none. */
  readonly empty?: ReactNode;
  readonly loading?: boolean;
  readonly firstSort?: { readonly id: string; readonly descending: boolean };
  /** A second row under one, over all columns; undefined: none. */
  readonly renderBelow?: (row: Row) => ReactNode;
}

const step = 200;

/** A table with a sticky head; on a phone each row becomes a card. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowKey, empty, loading = false, firstSort, renderBelow } = props;
  const say = useSay();
  const [sort, setSort] = useState(firstSort);
  const [most, setMost] = useState(step);
  const sorted = useMemo(() => sortRows(rows, columns, sort), [rows, columns, sort]);
  if (rows.length === 0 && !loading) return <>{empty}</>;
  const shown = sorted.slice(0, most);
  return (
    <div className={styles["frame"]}>
      <table className={styles["table"]} aria-label={label} aria-busy={loading}>
        <thead>
          <tr>
            {columns.map((column) => (
              <HeadCell key={column.id} column={column} sort={sort} onSort={setSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {loading && rows.length === 0 && <LoadingRows columns={columns.length} />}
          {shown.map((row) => (
            <TableRow key={rowKey(row)} row={row} columns={columns} below={renderBelow?.(row)} />
          ))}
        </tbody>
      </table>
      {rows.length > most && (
        <div className={styles["more"]}>
          <Button variant="default" size="compact-sm" onClick={() => setMost(most + step)}>
            {say(commonWords.showMore, { count: Math.min(step, rows.length - most) })}
          </Button>
          <span className="soft small">
            {say(commonWords.countShown, { shown: most, total: rows.length })}
          </span>
        </div>
      )}
    </div>
  );
}

function TableRow<Row>({
  row,
  columns,
  below,
}: {
  readonly row: Row;
  readonly columns: readonly TableColumn<Row>[];
  readonly below: ReactNode;
}) {
  return (
    <>
      <tr>
        {columns.map(({ id, label, cell, align, wideOnly, main }) => (
          <td key={id} data-label={label} data-align={align} data-wide={wideOnly} data-main={main}>
            {cell(row)}
          </td>
        ))}
      </tr>
      {below !== undefined && (
        <tr className={styles["below"]}>
          <td colSpan={columns.length}>{below}</td>
        </tr>
      )}
    </>
  );
}

type Sort = { readonly id: string; readonly descending: boolean } | undefined;

function HeadCell<Row>({
  column,
  sort,
  onSort,
}: {
  readonly column: TableColumn<Row>;
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
}) {
  const say = useSay();
  const { id, label, align, wideOnly, order } = column;
  const mine = sort?.id === id ? sort : undefined;
  const direction = mine ? (mine.descending ? "descending" : "ascending") : "none";
  return (
    <th scope="col" data-align={align} data-wide={wideOnly} aria-sort={order ? direction : undefined}>
      {order ? (
        <button
          type="button"
          title={say(commonWords.sortBy, { column: label })}
          onClick={() => onSort({ id, descending: mine ? !mine.descending : false })}
        >
          {label}
          {mine && <Icon name={mine.descending ? "down" : "up"} size={11} />}
        </button>
      ) : (
        label
      )}
    </th>
  );
}

function LoadingRows({ columns }: { readonly columns: number }) {
  return [0, 1, 2].map((row) => (
    <tr key={row} aria-hidden="true">
      <td colSpan={columns}>
        <span className={styles["skeleton"]} style={{ width: `${70 - row * 15}%` }} />
      </td>
    </tr>
  ));
}

function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly TableColumn<Row>[],
  sort: Sort,
): readonly Row[] {
  const order = columns.find(({ id }) => id === sort?.id)?.order;
  if (!order || !sort) return rows;
  const sign = sort.descending ? -1 : 1;
  return rows.toSorted((a, b) => sign * compare(order(a), order(b)));
}

function compare(a: string | number | undefined, b: string | number | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), undefined, { numeric: true });
}
