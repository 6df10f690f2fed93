import { displayLength, fitted } from "./run-data.ts";
import { useShades, type Shade } from "./shade.ts";
import styles from "./run.module.css";

export interface HeatCell {
  readonly value: number | null;
  readonly shade: Shade;
  /** Written into the cell. */
  readonly text: string;
  readonly mark?: boolean;
}

interface HeatGridProps {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly HeatCell[] }[];
  /** Width of one cell. */
  readonly cell?: number;
}

const row = 20;
/** Longer names are cut, counted in letters. */
const mostShown = 28;

/** A grid of coloured cells, each with its number: the numbers are readable where the colours are not. */
export function HeatGrid({ columns, rows, cell = 44 }: HeatGridProps) {
  const { colours } = useShades();
  const left = 20 + 6 * longest(rows.map(({ name }) => name));
  const slanted = longest(columns);
  const head = 18 + 4.6 * slanted;
  // The last heading leans out over the grid.
  const width = left + cell * columns.length + Math.max(8, 4.8 * slanted - cell / 2);
  const height = head + row * rows.length + 4;
  return (
    <div className={styles["wide"]}>
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} className={styles["heat"]}>
        {columns.map((name, at) => (
          <text
            key={name + at}
            transform={`translate(${left + cell * at + cell / 2} ${head - 6}) rotate(-40)`}
            fill={colours.soft}
          >
            {fitted(name, mostShown)}
          </text>
        ))}
        {rows.map(({ name, cells }, line) => (
          <g key={name + line} transform={`translate(0 ${head + row * line})`}>
            <text x={left - 8} y={14} textAnchor="end" fill={colours.ink}>
              {fitted(name, mostShown)}
            </text>
            {cells.map(({ shade, text, mark }, at) => (
              <g key={at} transform={`translate(${left + cell * at} 0)`}>
                <title>{`${name} · ${columns[at]}: ${text}`}</title>
                <rect width={cell - 1} height={row - 1} fill={shade.fill} />
                <text x={cell / 2} y={14} textAnchor="middle" fill={shade.text}>
                  {text}
                  {mark === true ? " •" : ""}
                </text>
              </g>
            ))}
          </g>
        ))}
      </svg>
    </div>
  );
}

const longest = (names: readonly string[]): number =>
  Math.min(mostShown, Math.max(0, ...names.map(displayLength)));
