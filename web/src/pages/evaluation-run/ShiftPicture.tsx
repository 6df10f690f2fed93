import { evaluationWords } from "../../words/evaluation.ts";
import { studyWords as words } from "../../words/evaluation-study.ts";
import { useSay } from "../../words/language.tsx";
import { EvaluationChart } from "./EvaluationChart.tsx";
import { fitted, rounded, type RunView } from "./run-data.ts";
import styles from "./run.module.css";
import { useShades } from "./shade.ts";
import type { Moved } from "./workbench/questions.ts";

const row = 22;
const label = 210;
const width = 600;

interface ShiftPictureProps {
  readonly view: RunView;
  readonly moved: readonly Moved[];
  readonly chosen: string;
  readonly note: string;
}

/** Scores and ranks with and without the changes, best first. */
export function ShiftPicture({ view, moved, chosen, note }: ShiftPictureProps) {
  const say = useSay();
  const { colours } = useShades();
  const order = moved.toSorted((a, b) => a.rankAfter - b.rankAfter || a.rankBefore - b.rankBefore);
  const scores = moved.flatMap(({ scoreBefore, scoreAfter }) => [scoreBefore, scoreAfter]);
  const least = Math.min(0, ...scores);
  const most = Math.max(...scores, least + 1e-9);
  const x = (score: number): number => label + ((score - least) / (most - least)) * (width - label - 60);
  return (
    <EvaluationChart
      title={`${say(words.follows)} · ${view.name(view.index.id)} · ${view.table.period}`}
      note={note}
      fileName={`${view.fileName}-scenario`}
      basis={view}
      table={() => ({
        columns: [
          say(evaluationWords.entity),
          `${say(evaluationWords.rank)} (${say(words.before)})`,
          `${say(evaluationWords.rank)} (${say(words.after)})`,
          `${say(evaluationWords.score)} (${say(words.before)})`,
          `${say(evaluationWords.score)} (${say(words.after)})`,
        ],
        rows: order.map((each) => [
          view.entityName(each.entity),
          each.rankBefore,
          each.rankAfter,
          each.scoreBefore,
          each.scoreAfter,
        ]),
      })}
    >
      <div className={styles["wide"]}>
        <svg
          viewBox={`0 0 ${width} ${row * order.length + 4}`}
          className={styles["chart"]}
          style={{ minWidth: 430 }}
        >
          {order.map(({ entity, rankBefore, rankAfter, scoreBefore, scoreAfter }, at) => (
            <g key={entity} transform={`translate(0 ${at * row})`}>
              <text x={26} y={15} textAnchor="end" fill={colours.soft}>
                {rankAfter}
              </text>
              <Shift gained={rankBefore - rankAfter} />
              <text x={70} y={15} fill={colours.ink} fontWeight={entity === chosen ? 700 : 400}>
                {fitted(view.entityName(entity), 22)}
              </text>
              <rect
                x={Math.min(x(0), x(scoreAfter))}
                y={4}
                width={Math.abs(x(scoreAfter) - x(0))}
                height={14}
                fill={colours.series[entity === chosen ? 1 : 0]}
                opacity={scoreBefore === scoreAfter && entity !== chosen ? 0.65 : 1}
              />
              {scoreBefore !== scoreAfter && (
                <path d={`M${x(scoreBefore)} 2v18`} stroke={colours.ink} strokeWidth={2} />
              )}
              <text x={Math.max(x(scoreAfter), x(scoreBefore)) + 6} y={15} fill={colours.soft}>
                {rounded(scoreAfter)}
              </text>
            </g>
          ))}
        </svg>
      </div>
    </EvaluationChart>
  );
}

function Shift({ gained }: { readonly gained: number }) {
  const { colours } = useShades();
  if (gained === 0) return null;
  return (
    <text x={34} y={15} fill={colours.series[gained > 0 ? 2 : 1]} fontWeight={600}>
      {`${gained > 0 ? "▲" : "▼"}${Math.abs(gained)}`}
    </text>
  );
}
