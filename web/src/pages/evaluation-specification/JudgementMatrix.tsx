import type { Weighting } from "@yunhe/evaluation";
import { HeadRow } from "../../ui/HeadRow.tsx";
import { editorWords as words } from "../../words/evaluation-editor.ts";
import { useSay } from "../../words/language.tsx";
import evaluationStyles from "../evaluation/evaluation.module.css";
import styles from "./editor.module.css";
import type { Library } from "./library.ts";

export type Ahp = Extract<Weighting, { method: "ahp" }>;
export type Judgements = readonly (readonly (number | null)[])[];

interface JudgementMatrixProps {
  readonly names: readonly string[];
  readonly matrix: Judgements;
  readonly library: Library;
  readonly onChange: (matrix: (number | null)[][]) => void;
}

/** 9, 8 … 1, 1/2 … 1/9. */
export const judgementSteps: readonly number[] = [
  9,
  8,
  7,
  6,
  5,
  4,
  3,
  2,
  1,
  ...[2, 3, 4, 5, 6, 7, 8, 9].map((step) => 1 / step),
];

export const judgementText = (value: number | null): string => {
  if (value === null || Number.isNaN(value)) return "–";
  if (value >= 1) return Number.isInteger(value) ? String(value) : value.toFixed(2);
  const inverse = 1 / value;
  return Math.abs(inverse - Math.round(inverse)) < 0.02 ? `1/${Math.round(inverse)}` : value.toFixed(2);
};

/** The upper half is judged, the lower half follows. */
export function judged(
  matrix: Judgements,
  row: number,
  column: number,
  value: number | null,
): (number | null)[][] {
  const next = matrix.map((cells) => [...cells]);
  next[row]![column] = value;
  next[column]![row] = value === null ? null : 1 / value;
  return next;
}

/** A comparison matrix; the judgement that fits the others least is marked. */
export function JudgementMatrix({ names, matrix, library, onChange }: JudgementMatrixProps) {
  const say = useSay();
  const complete = matrix.every((cells) => cells.every((value) => value !== null));
  const worst =
    complete && names.length > 2
      ? library.weights.mostInconsistent(
          matrix.map((cells) => cells.map((value) => value ?? Number.NaN)),
          1,
        )[0]
      : undefined;
  const isWorst = (row: number, column: number): boolean =>
    worst !== undefined && worst.deviation > 1.5 && worst.row === row && worst.column === column;
  return (
    <div className={evaluationStyles["scroll"]}>
      <table className={styles["matrix"]} aria-label={say(words.compare)}>
        <HeadRow corner names={names} />
        <tbody>
          {names.map((name, row) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {names.map((other, column) => (
                <td key={other} data-worst={isWorst(row, column) || undefined}>
                  {column > row ? (
                    <Cell
                      label={say(words.cell, { row: name, column: other })}
                      value={matrix[row]![column]!}
                      onChange={(value) => onChange(judged(matrix, row, column, value))}
                    />
                  ) : (
                    <span className="soft">
                      {row === column ? "1" : judgementText(matrix[row]![column]!)}
                    </span>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface CellProps {
  readonly label: string;
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
}

/** The steps of the scale; a value between them, from a published matrix, stays as it is. */
function Cell({ label, value, onChange }: CellProps) {
  const at = value === null ? -1 : judgementSteps.findIndex((step) => Math.abs(step / value - 1) < 0.02);
  const between = value !== null && at < 0;
  return (
    <select
      aria-label={label}
      value={between ? "between" : String(at)}
      onChange={(event) =>
        onChange(
          event.currentTarget.value === "-1"
            ? null
            : (judgementSteps[Number(event.currentTarget.value)] ?? value),
        )
      }
    >
      <option value="-1">–</option>
      {between && <option value="between">{judgementText(value)}</option>}
      {judgementSteps.map((step, k) => (
        <option key={step} value={k}>
          {judgementText(step)}
        </option>
      ))}
    </select>
  );
}
