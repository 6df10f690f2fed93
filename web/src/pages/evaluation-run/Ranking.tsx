import { Link } from "@tanstack/react-router";
import type { EntityUncertainty } from "@yunhe/evaluation";
import { evaluationWords as words } from "../../words/evaluation.ts";
import { useSay } from "../../words/language.tsx";
import { EvaluationChart } from "./EvaluationChart.tsx";
import { basisOf, displayLength, fitted, inOrder, rounded, type RunView } from "./run-data.ts";
import { useShades } from "./shade.ts";
import styles from "./run.module.css";

const row = 22;
const bars = 330;
const intervals = 200;

/** Ranks with their scores, and how far each rank may move. */
export function Ranking({ view }: { readonly view: RunView }) {
  const say = useSay();
  const { colours } = useShades();
  const { index, table, work } = view;
  const order = inOrder(view);
  // Short names leave more of a phone's width to bars and intervals.
  const label =
    46 +
    6.6 *
      Math.min(22, Math.max(...table.entities.map((entity) => displayLength(entity.label[view.language]))));
  const width = label + bars + 20 + intervals + 40;
  const sure = sureOf(view);
  const least = Math.min(0, ...index.scores);
  const most = Math.max(...index.scores, least + 1e-9);
  const x = (score: number): number => label + ((score - least) / (most - least)) * (bars - 60);
  const count = table.entities.length;
  const rankX = (rank: number): number =>
    label + bars + 20 + ((rank - 1) / Math.max(1, count - 1)) * (intervals - 10);
  const settings = work.uncertainty?.settings;
  const percent = Math.round(100 * (settings?.interval ?? 0.9));
  const columns = [
    say(words.rank),
    say(words.entity),
    say(words.score),
    say(words.interval, { percent }),
    say(words.basis),
  ];
  const cells = order.map((e) => {
    const entity = table.entities[e]!;
    const interval = sure?.get(entity.id);
    const basis = basisOf(view, entity.id);
    return [
      index.ranks[e]!,
      entity.label[view.language],
      index.scores[e]!,
      interval ? `${interval.lowerRank}–${interval.upperRank}` : "",
      basis.length === 0 ? say(words.stated) : basis.join(", "),
    ] as const;
  });
  return (
    <>
      <EvaluationChart
        title={`${view.name(index.id)} · ${table.period}`}
        {...(sure && { note: say(words.rankingNote, { percent, count: settings!.replications }) })}
        fileName={`${view.fileName}-ranking`}
        basis={view}
        table={() => ({ columns, rows: cells })}
      >
        <div className={styles["wide"]}>
          <svg
            viewBox={`0 0 ${width} ${row * order.length + 4}`}
            className={styles["chart"]}
            style={{ minWidth: 0.68 * width }}
          >
            {order.map((e, at) => {
              const entity = table.entities[e]!;
              const interval = sure?.get(entity.id);
              const y = at * row;
              return (
                <g key={entity.id} transform={`translate(0 ${y})`}>
                  <text x={26} y={15} textAnchor="end" fill={colours.soft}>
                    {index.ranks[e]}
                  </text>
                  <text x={36} y={15} fill={colours.ink}>
                    {fitted(entity.label[view.language], 22)}
                  </text>
                  <rect
                    x={x(Math.min(0, index.scores[e]!))}
                    y={4}
                    width={Math.abs(x(index.scores[e]!) - x(0))}
                    height={14}
                    fill={colours.series[0]}
                  />
                  <text x={x(index.scores[e]!) + 6} y={15} fill={colours.soft}>
                    {rounded(index.scores[e]!)}
                  </text>
                  {interval && <Interval at={rankX} {...interval} />}
                </g>
              );
            })}
          </svg>
        </div>
      </EvaluationChart>
      <ul className={styles["jump"]} aria-label={say(words.tabProfile)}>
        {order.map((e) => (
          <li key={table.entities[e]!.id}>
            <Link
              to="."
              search={(before) => ({ ...before, tab: "profile", entity: table.entities[e]!.id }) as never}
            >
              {table.entities[e]!.label[view.language]}
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}

function Interval({
  at,
  lowerRank,
  medianRank,
  upperRank,
  rank,
}: EntityUncertainty & { readonly at: (rank: number) => number }) {
  const { colours } = useShades();
  return (
    <>
      <line
        x1={at(lowerRank)}
        x2={at(upperRank)}
        y1={11}
        y2={11}
        stroke={colours.series[1]}
        strokeWidth={3}
        strokeLinecap="round"
      />
      <circle
        cx={at(medianRank)}
        cy={11}
        r={3.5}
        fill={colours.surface}
        stroke={colours.series[1]}
        strokeWidth={2}
      />
      <path d={`M${at(rank)} 6v10`} stroke={colours.ink} strokeWidth={1.5} />
    </>
  );
}

/** Intervals belong to one index and period only. */
function sureOf({ work, index, table }: RunView): ReadonlyMap<string, EntityUncertainty> | undefined {
  const entities = work.uncertainty?.entities;
  const first = entities?.[0];
  if (!entities || !first) return undefined;
  const at = table.entities.findIndex(({ id }) => id === first.entity.id);
  return at >= 0 && index.scores[at] === first.score
    ? new Map(entities.map((each) => [each.entity.id, each]))
    : undefined;
}
