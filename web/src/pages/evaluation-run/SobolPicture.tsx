import type { Estimate, SensitivityOf } from "@yunhe/evaluation";
import { Empty } from "../../ui/Notice.tsx";
import { evaluationWords } from "../../words/evaluation.ts";
import { studyWords as words } from "../../words/evaluation-study.ts";
import { useSay } from "../../words/language.tsx";
import { EvaluationChart } from "./EvaluationChart.tsx";
import { rounded, type RunView, wrapped } from "./run-data.ts";
import styles from "./run.module.css";
import { useShades } from "./shade.ts";

const row = 34;
const label = 300;
const width = 820;
const top = 26;

interface SobolPictureProps {
  readonly view: RunView;
  readonly title: string;
  readonly file: string;
  readonly of: SensitivityOf;
  /** Width of the bootstrap interval, 0…1. */
  readonly interval: number;
  readonly actions?: React.ReactNode;
}

/** First-order and total shares of the variance, each with its bootstrap interval; the greatest total first. */
export function SobolPicture({ view, title, file, of, interval, actions }: SobolPictureProps) {
  const say = useSay();
  const factors = (of.factors ?? []).toSorted((a, b) => b.total.value - a.total.value);
  const lower = (name: string): string => `${name}, ${say(words.lower)}`;
  const upper = (name: string): string => `${name}, ${say(words.upper)}`;
  const [first, total] = [say(evaluationWords.firstOrder), say(evaluationWords.total)];
  const cells = (estimate: Estimate): (number | string)[] => [
    estimate.value,
    estimate.lower ?? "",
    estimate.upper ?? "",
  ];
  return (
    <EvaluationChart
      title={title}
      note={say(words.sobolNote, { percent: Math.round(100 * interval) })}
      fileName={`${view.fileName}-${file}`}
      basis={view}
      actions={actions}
      table={() => ({
        columns: [
          say(evaluationWords.method),
          first,
          lower(first),
          upper(first),
          total,
          lower(total),
          upper(total),
        ],
        rows: factors.map((each) => [
          each.factor.label[view.language],
          ...cells(each.first),
          ...cells(each.total),
        ]),
      })}
    >
      {factors.length === 0 ? (
        <Empty icon="info" title={say(words.noVariance)} />
      ) : (
        <div className={styles["wide"]}>
          <svg viewBox={`0 0 ${width} ${top + row * factors.length + 22}`} className={styles["chart"]}>
            <Axis x={scaleOf(factors)} y={top + row * factors.length} />
            <Legend names={[first, total]} />
            {factors.map((each, at) => (
              <g key={each.factor.id} transform={`translate(0 ${top + at * row})`}>
                <FactorRow
                  name={each.factor.label[view.language]}
                  estimates={[each.first, each.total]}
                  x={scaleOf(factors)}
                />
              </g>
            ))}
          </svg>
        </div>
      )}
    </EvaluationChart>
  );
}

type Scale = (share: number) => number;

/** Shares can add up to more than 1 with interactions, and estimates of small ones fall below 0. */
function scaleOf(factors: NonNullable<SensitivityOf["factors"]>): Scale {
  const all = factors.flatMap(({ first, total }) => [first, total]);
  const low = Math.min(0, ...all.map(({ value, lower }) => lower ?? value));
  const high = Math.max(1, ...all.map(({ value, upper }) => upper ?? value));
  return (share) => label + ((share - low) / (high - low)) * (width - label - 56);
}

function Legend({ names }: { readonly names: readonly string[] }) {
  const { colours } = useShades();
  return names.map((name, at) => (
    <g key={name} transform={`translate(${label + at * 150} 4)`}>
      <rect width={12} height={10} fill={colours.series[at]} />
      <text x={18} y={9} fill={colours.soft}>
        {name}
      </text>
    </g>
  ));
}

interface FactorRowProps {
  readonly name: string;
  readonly estimates: readonly Estimate[];
  readonly x: Scale;
}

function FactorRow({ name, estimates, x }: FactorRowProps) {
  const { colours } = useShades();
  const lines = wrapped(name, 44);
  return (
    <>
      <text textAnchor="end" fontSize={11.5} fill={colours.ink}>
        <title>{name}</title>
        {lines.map((line, at) => (
          <tspan key={at} x={label - 10} y={lines.length === 1 ? 18 : 12 + 13 * at}>
            {line}
          </tspan>
        ))}
      </text>
      {estimates.map(({ value, lower, upper }, at) => (
        <g key={at} transform={`translate(0 ${at * 13})`}>
          <rect
            x={Math.min(x(0), x(value))}
            y={1}
            width={Math.abs(x(value) - x(0))}
            height={11}
            fill={colours.series[at]}
          />
          {lower !== null && upper !== null && (
            <path
              d={`M${x(lower)} 6.5H${x(upper)}M${x(lower)} 3v7M${x(upper)} 3v7`}
              stroke={colours.ink}
              strokeWidth={1.2}
            />
          )}
          <text x={Math.max(x(upper ?? value), x(value)) + 5} y={10.5} fontSize={10.5} fill={colours.soft}>
            {rounded(value)}
          </text>
        </g>
      ))}
    </>
  );
}

function Axis({ x, y }: { readonly x: Scale; readonly y: number }) {
  const { colours } = useShades();
  return [0, 0.25, 0.5, 0.75, 1].map((share) => (
    <g key={share}>
      <path d={`M${x(share)} ${top - 2}V${y}`} stroke={colours.line} strokeWidth={1} opacity={0.7} />
      <text x={x(share)} y={y + 14} textAnchor="middle" fontSize={10.5} fill={colours.soft}>
        {share}
      </text>
    </g>
  ));
}
