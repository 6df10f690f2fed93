import { Button } from "@mantine/core";
import type { weights as weightsOf } from "@yunhe/evaluation";
import { Facts } from "../../ui/Facts.tsx";
import { Meter } from "../../ui/Meter.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { Panel } from "../../ui/Page.tsx";
import { State } from "../../ui/State.tsx";
import { evaluationWords } from "../../words/evaluation.ts";
import { editorWords as words } from "../../words/evaluation-editor.ts";
import { ahpName } from "../../words/evaluation-methods.ts";
import { useLanguage, useSay } from "../../words/language.tsx";
import styles from "../evaluation/evaluation.module.css";
import { type Ahp, judged, judgementText, type Judgements } from "./JudgementMatrix.tsx";
import type { Library } from "./library.ts";

interface ConsistencyProps {
  readonly names: readonly string[];
  readonly weights: Ahp;
  readonly expert: number;
  readonly library: Library;
  readonly onApply: (matrix: (number | null)[][]) => void;
}

interface Derived {
  readonly weights: readonly number[];
  readonly lambdaMax: number;
  readonly consistency: weightsOf.Consistency;
  /** Of the scale that is used; the hints stay on the judgements. */
  readonly matrix: number[][];
}

/** What follows from the judgements, as they are changed. */
export function Consistency({ names, weights, expert, library, onApply }: ConsistencyProps) {
  const say = useSay();
  const { language } = useLanguage();
  const results = weights.experts.map((each) => attempt(() => derive(each.matrix, weights, names, library)));
  const mine = results[expert];
  if (!mine) return null;
  if ("problem" in mine) return <Notice>{mine.problem[language]}</Notice>;
  const all = results.flatMap((result) => ("value" in result ? [result.value] : []));
  const group =
    all.length > 1 && all.length === results.length
      ? attempt(() => together(all, weights, names, library))
      : undefined;
  return (
    <div className={styles["columns"]}>
      <Panel title={`${say(words.priorities)} · ${weights.experts[expert]!.expert}`}>
        <Weights names={names} derived={mine.value} />
        <Hints
          names={names}
          matrix={weights.experts[expert]!.matrix}
          weights={weights}
          library={library}
          onApply={onApply}
        />
      </Panel>
      {group && "value" in group && (
        <Panel title={say(words.group, { count: all.length })}>
          <Weights names={names} derived={group.value} />
          <Facts
            facts={[{ name: say(words.consensus), value: `${(100 * group.value.consensus).toFixed(1)}%` }]}
          />
        </Panel>
      )}
    </div>
  );
}

type Attempt<T> = { readonly value: T } | { readonly problem: { readonly en: string; readonly zh: string } };

/** What the library refuses is shown in its words. */
function attempt<T>(make: () => T): Attempt<T> {
  try {
    return { value: make() };
  } catch (error) {
    if (error instanceof Error && "words" in error)
      return { problem: error.words as { en: string; zh: string } };
    throw error;
  }
}

function solve(matrix: number[][], weights: Ahp, names: readonly string[], library: Library) {
  const options = {
    names,
    ...(weights.randomIndex && { randomIndexTable: weights.randomIndex }),
    ...(weights.consistencyLimit && { limit: weights.consistencyLimit }),
  };
  const eigenvector = weights.priorities === "eigenvector";
  return matrix.flat().some(Number.isNaN)
    ? library.weights.prioritiesOfIncomplete(matrix, {
        ...options,
        method: eigenvector ? "harker" : "logarithmic-least-squares",
      })
    : library.weights.prioritiesOf(matrix, { ...options, method: weights.priorities });
}

function derive(judgements: Judgements, weights: Ahp, names: readonly string[], library: Library): Derived {
  const given = judgements.map((row, i) => row.map((value, j) => exact(value, judgements[j]![i]!)));
  const matrix =
    weights.scale === "linear" && weights.scaleParameter === undefined
      ? given
      : library.weights.applyScale(given, weights.scale, weights.scaleParameter);
  return { ...solve(matrix, weights, names, library), matrix };
}

/** Of a pair of reciprocals the one above 1 was judged, the other rounded. */
function exact(value: number | null, reciprocal: number | null): number {
  if (value === null || reciprocal === null) return Number.NaN;
  return value >= 1 ? value : 1 / reciprocal;
}

function together(
  all: readonly Derived[],
  weights: Ahp,
  names: readonly string[],
  library: Library,
): Derived & { readonly consensus: number } {
  const says = weights.experts.map(({ importance }) => importance ?? 1);
  const matrix = library.weights.aggregateJudgements(
    all.map((each) => each.matrix),
    says,
  );
  const group = solve(matrix, weights, names, library);
  const priorities = all.map((each) => each.weights);
  const most = library.weights.scaleMaximum(weights.scale, names.length, weights.scaleParameter);
  return {
    ...group,
    matrix,
    weights:
      weights.group === "judgements"
        ? group.weights
        : library.weights.aggregatePriorities(priorities, { expertWeights: says }),
    consensus: library.weights.groupConsensus(priorities, most).indicator,
  };
}

function Weights({ names, derived }: { readonly names: readonly string[]; readonly derived: Derived }) {
  const say = useSay();
  const { language } = useLanguage();
  const { consistency, lambdaMax, weights } = derived;
  return (
    <div className={styles["form"]}>
      <div className={styles["wideMeters"]}>
        {names.map((name, at) => (
          <Meter key={name} label={name} part={weights[at]!} text={weights[at]!.toFixed(4)} />
        ))}
      </div>
      {consistency.kind === "notApplicable" ? (
        <p className="soft">
          {say(words.cr)}: {say(evaluationWords.notApplicable)}. {consistency.reason[language]}
        </p>
      ) : (
        <>
          <div>
            <State
              state={consistency.acceptable ? "True" : "False"}
              label={
                consistency.acceptable
                  ? say(words.consistent)
                  : say(words.inconsistent, { limit: consistency.limit })
              }
            />
          </div>
          <Facts
            across
            facts={[
              { name: say(words.cr), value: consistency.ratio.toFixed(4) },
              { name: say(words.ci), value: consistency.index.toFixed(4) },
              { name: say(words.lambda), value: lambdaMax.toFixed(4) },
              {
                name: say(words.randomIndex),
                value: `${consistency.randomIndex.toFixed(4)} (${say(ahpName(consistency.randomIndexTable))})`,
              },
            ]}
          />
        </>
      )}
    </div>
  );
}

interface HintsProps {
  readonly names: readonly string[];
  readonly matrix: Judgements;
  readonly weights: Ahp;
  readonly library: Library;
  readonly onApply: (matrix: (number | null)[][]) => void;
}

/** Which judgements to think over, and what another one would do to CR. */
function Hints({ names, matrix, weights, library, onApply }: HintsProps) {
  const say = useSay();
  const complete = names.length > 2 && matrix.every((row) => row.every((value) => value !== null));
  if (!complete) return null;
  const given = matrix.map((row, i) => row.map((value, j) => exact(value, matrix[j]![i]!)));
  const hints = library.weights
    .mostInconsistent(given, 3, weights.randomIndex)
    .filter(({ given: is, suggestion }) => Math.abs(suggestion / is - 1) > 0.02);
  if (hints.length === 0) return null;
  return (
    <div className={styles["hints"]}>
      <h3>{say(words.hints)}</h3>
      <ul className={styles["findings"]}>
        {hints.map((hint) => (
          <li key={`${hint.row}/${hint.column}`}>
            <span>
              {say(words.hint, {
                row: names[hint.row]!,
                column: names[hint.column]!,
                given: judgementText(hint.given),
                suggestion: judgementText(hint.suggestion),
                ratio: hint.ratioAfter?.toFixed(3) ?? "–",
              })}
            </span>
            <Button
              size="compact-xs"
              variant="default"
              style={{ flex: "none" }}
              onClick={() => onApply(judged(matrix, hint.row, hint.column, hint.suggestion))}
            >
              {say(words.apply)}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
