import type { ChangeBetween } from "@yunhe/evaluation";
import { lazy, Suspense, useCallback, useState } from "react";
import type { ChartColours } from "../../ui/chart/palette.ts";
import { Problem } from "../../ui/Problem.tsx";
import { Select } from "../../ui/Select.tsx";
import { evaluationWords } from "../../words/evaluation.ts";
import { studyWords as words } from "../../words/evaluation-study.ts";
import { useSay } from "../../words/language.tsx";
import { stackedBars } from "./stacked-bars.ts";
import { EvaluationChart } from "./EvaluationChart.tsx";
import type { RunView } from "./run-data.ts";
import { type RunAddress, useAnswer, useWorkbench } from "./workbench/use-workbench.ts";

const EChart = lazy(() => import("../../ui/chart/EChart.tsx"));

interface ChangeProps {
  readonly view: RunView;
  readonly address: RunAddress;
}

/** Between two periods: what each score gained by the entity's own values, and what by the scale that moved. */
export function Change({ view, address }: ChangeProps) {
  const say = useSay();
  const { bench, error } = useWorkbench(address);
  const periods = view.periods.map(({ table }) => table.period);
  const [chosen, setChosen] = useState<{ before?: string; after?: string }>({});
  const before = chosen.before ?? periods.at(-2)!;
  const after = chosen.after ?? periods.at(-1)!;
  const change = useAnswer(bench, "change", { index: view.index.id, before, after });
  const options = periods.map((value) => ({ value, label: value }));
  return (
    <>
      <Problem error={error ?? change.error} />
      {change.answer && (
        <ChangePicture
          view={view}
          change={change.answer}
          before={before}
          after={after}
          choices={
            periods.length > 2 && (
              <>
                <Select
                  quiet
                  label={say(words.before)}
                  value={before}
                  options={options}
                  onChange={(value) => setChosen({ ...chosen, before: value })}
                />
                <Select
                  quiet
                  label={say(words.after)}
                  value={after}
                  options={options}
                  onChange={(value) => setChosen({ ...chosen, after: value })}
                />
              </>
            )
          }
        />
      )}
    </>
  );
}

interface ChangePictureProps {
  readonly view: RunView;
  readonly change: ChangeBetween;
  readonly before: string;
  readonly after: string;
  readonly choices: React.ReactNode;
}

function ChangePicture({ view, change, before, after, choices }: ChangePictureProps) {
  const say = useSay();
  const order = change.changes.toSorted(
    (a, b) => b.after.score - b.before.score - (a.after.score - a.before.score),
  );
  const option = useCallback(
    (colours: ChartColours) =>
      stackedBars(colours, {
        names: order.map(({ entity }) => view.entityName(entity)),
        parts: [
          { name: say(words.dataPart), values: order.map(({ dataPart }) => dataPart) },
          { name: say(words.methodPart), values: order.map(({ methodPart }) => methodPart) },
        ],
        top: 36,
      }),
    [order, say, view],
  );
  const only = [...change.onlyBefore, ...change.onlyAfter].map(view.entityName);
  return (
    <EvaluationChart
      title={`${say(words.changeTitle, { before, after })} · ${view.name(view.index.id)}`}
      note={[
        say(words.changeNote),
        ...(only.length > 0 ? [say(words.onlyOne, { list: only.join(", ") })] : []),
      ].join(" ")}
      fileName={`${view.fileName}-change`}
      basis={view}
      actions={choices}
      table={() => ({
        columns: [
          say(evaluationWords.entity),
          `${say(evaluationWords.score)} ${before}`,
          `${say(evaluationWords.score)} ${after}`,
          say(words.change),
          say(words.dataPart),
          say(words.methodPart),
          `${say(evaluationWords.rank)} ${before}`,
          `${say(evaluationWords.rank)} ${after}`,
        ],
        rows: order.map((each) => [
          view.entityName(each.entity),
          each.before.score,
          each.after.score,
          each.after.score - each.before.score,
          each.dataPart,
          each.methodPart,
          each.before.rank,
          each.after.rank,
        ]),
      })}
    >
      <Suspense fallback={<div style={{ height: 300 }} />}>
        <EChart option={option} height={70 + 20 * order.length} />
      </Suspense>
    </EvaluationChart>
  );
}
