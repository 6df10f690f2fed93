import { Panel } from "../../ui/Page.tsx";
import { evaluationWords } from "../../words/evaluation.ts";
import { studyWords as words } from "../../words/evaluation-study.ts";
import { useSay } from "../../words/language.tsx";
import evaluationStyles from "../evaluation/evaluation.module.css";
import { SyntheticMark } from "../evaluation/SyntheticMark.tsx";
import { EvaluationChart } from "./EvaluationChart.tsx";
import { FlowPicture } from "./FlowPicture.tsx";
import { HeatGrid } from "./HeatGrid.tsx";
import { agreementOf, type Ranked } from "./ranked.ts";
import { inOrder, rounded, type RunView } from "./run-data.ts";
import { useShades } from "./shade.ts";
import styles from "./study.module.css";

/** One variant: what came out of it, or why nothing did; neither: not computed yet. */
export interface RankedColumn extends Partial<Ranked> {
  readonly name: string;
  readonly problem?: string | undefined;
}

interface VariantPicturesProps {
  readonly view: RunView;
  /** What the others are compared with comes first. */
  readonly columns: readonly RankedColumn[];
}

type Whole = RankedColumn & Ranked;

export function VariantPictures({ view, columns }: VariantPicturesProps) {
  const say = useSay();
  const whole = columns.filter((each): each is Whole => each.ranks !== undefined);
  const order = inOrder(view);
  return (
    <>
      <Agreement view={view} columns={columns} />
      <ShiftGrid view={view} columns={whole} order={order} />
      {whole.length > 1 && (
        <FlowPicture
          view={view}
          title={say(words.variantFlow)}
          file="variants-flow"
          columns={whole.map(({ name }) => name)}
          lines={order.map((e) => ({
            name: view.table.entities[e]!.label[view.language],
            ranks: whole.map(({ ranks }) => ranks[e] ?? null),
          }))}
        />
      )}
    </>
  );
}

function Agreement({ view, columns }: VariantPicturesProps) {
  const say = useSay();
  const [base, ...others] = columns;
  return (
    <Panel title={say(words.agreement)} actions={view.synthetic && <SyntheticMark />}>
      <div className={evaluationStyles["scroll"]}>
        <table className={evaluationStyles["grid"]}>
          <thead>
            <tr>
              <th scope="col">{say(words.variant)}</th>
              <th scope="col">{say(evaluationWords.meanShift)}</th>
              <th scope="col">{say(evaluationWords.largestShift)}</th>
              <th scope="col">{say(words.kendall)}</th>
            </tr>
          </thead>
          <tbody>
            {others.map(({ name, ranks, problem }, at) => {
              const found = ranks && agreementOf(base!.ranks!, ranks);
              return (
                <tr key={at}>
                  <th scope="row">{name}</th>
                  {found ? (
                    <>
                      <td>{rounded(found.mean)}</td>
                      <td>{found.largest}</td>
                      <td>{rounded(found.tau, 3)}</td>
                    </>
                  ) : (
                    <td colSpan={3} className={problem === undefined ? "soft" : styles["refused"]}>
                      {problem === undefined ? "…" : say(words.cannot, { reason: problem })}
                    </td>
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

interface ShiftGridProps {
  readonly view: RunView;
  readonly columns: readonly Whole[];
  readonly order: readonly number[];
}

/** Ranks as numbers, gained and lost ones by colour. */
function ShiftGrid({ view, columns, order }: ShiftGridProps) {
  const say = useSay();
  const { diverging } = useShades();
  const base = columns[0]!.ranks;
  const gained = (column: Whole, e: number): number | null => {
    const rank = column.ranks[e] ?? null;
    return rank === null || base[e] === null ? null : base[e]! - rank;
  };
  const most = Math.max(1, ...columns.flatMap((each) => order.map((e) => Math.abs(gained(each, e) ?? 0))));
  return (
    <EvaluationChart
      title={`${say(words.ranksTitle)} · ${view.name(view.index.id)} · ${view.table.period}`}
      note={say(words.ranksNote)}
      fileName={`${view.fileName}-variants`}
      basis={view}
      table={() => ({
        columns: [
          say(evaluationWords.entity),
          ...columns.flatMap(({ name }) => [
            `${name}: ${say(evaluationWords.rank)}`,
            `${name}: ${say(evaluationWords.score)}`,
          ]),
        ],
        rows: order.map((e) => [
          view.table.entities[e]!.label[view.language],
          ...columns.flatMap(({ ranks, scores }) => [ranks[e] ?? "", scores[e] ?? ""]),
        ]),
      })}
    >
      <HeatGrid
        columns={columns.map(({ name }) => name)}
        cell={84}
        rows={order.map((e) => ({
          name: view.table.entities[e]!.label[view.language],
          cells: columns.map((column) => {
            const shift = gained(column, e);
            return {
              value: shift,
              shade: diverging((shift ?? 0) / most),
              text: cellText(column.ranks[e] ?? null, shift),
            };
          }),
        }))}
      />
    </EvaluationChart>
  );
}

function cellText(rank: number | null, gained: number | null): string {
  if (rank === null) return "–";
  if (gained === null || gained === 0) return String(rank);
  return `${rank} (${gained > 0 ? "+" : "−"}${Math.abs(gained)})`;
}
