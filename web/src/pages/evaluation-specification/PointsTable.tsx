import { ActionIcon, Button } from "@mantine/core";
import { Icon } from "../../ui/Icon.tsx";
import { State } from "../../ui/State.tsx";
import { editorWords as words } from "../../words/evaluation-editor.ts";
import { useFormats, useSay } from "../../words/language.tsx";
import styles from "../evaluation/evaluation.module.css";
import { NumberCell } from "../evaluation/NumberCell.tsx";

export interface PointsRow {
  readonly name: string;
  readonly points: readonly number[];
  readonly onPoints: (points: number[]) => void;
  readonly onRemove?: (() => void) | undefined;
}

interface PointsTableProps {
  readonly label: string;
  readonly columns: readonly string[];
  readonly rows: readonly PointsRow[];
  /** What each row must sum to. */
  readonly total: number;
}

const tolerance = 1e-9;

export const sumOf = (points: readonly number[]): number => points.reduce((sum, each) => sum + each, 0);

/** Points spread over columns; each row says at once whether its sum is right, and can be scaled to it. */
export function PointsTable({ label, columns, rows, total }: PointsTableProps) {
  const say = useSay();
  return (
    <div className={styles["scroll"]}>
      <table className={styles["grid"]} aria-label={label}>
        <thead>
          <tr>
            <th />
            {columns.map((column, at) => (
              <th key={column + at} scope="col">
                {column}
              </th>
            ))}
            <th scope="col">{say(words.sum)}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <Row key={at} row={row} columns={columns} total={total} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  readonly row: PointsRow;
  readonly columns: readonly string[];
  readonly total: number;
}

function Row({ row: { name, points, onPoints, onRemove }, columns, total }: RowProps) {
  const say = useSay();
  const formats = useFormats();
  const sum = sumOf(points);
  const isRight = Math.abs(sum - total) <= tolerance * Math.max(1, total);
  return (
    <tr>
      <th scope="row">{name}</th>
      {columns.map((column, at) => (
        <td key={column + at}>
          <NumberCell
            label={`${name}: ${column}`}
            value={points[at]}
            invalid={(points[at] ?? 0) < 0}
            onValue={(value) => onPoints(points.with(at, value ?? 0))}
          />
        </td>
      ))}
      <td>
        <State
          state={isRight ? "True" : "False"}
          label={say(words.sumOf, { sum: formats.number(sum, 6), total: formats.number(total, 6) })}
        />
      </td>
      <td>
        {!isRight && sum > 0 && (
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => onPoints(points.map((each) => (each * total) / sum))}
          >
            {say(words.scaleTo, { total: formats.number(total, 6) })}
          </Button>
        )}
        {onRemove && (
          <ActionIcon aria-label={say(words.removeFrom, { name })} onClick={onRemove}>
            <Icon name="cross" size={13} />
          </ActionIcon>
        )}
      </td>
    </tr>
  );
}
