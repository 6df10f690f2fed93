import { Facts } from "../../ui/Facts.tsx";
import { Panel } from "../../ui/Page.tsx";
import { evaluationWords as words } from "../../words/evaluation.ts";
import { methodName } from "../../words/evaluation-methods.ts";
import { useSay } from "../../words/language.tsx";
import { EvaluationChart } from "./EvaluationChart.tsx";
import { HeatGrid } from "./HeatGrid.tsx";
import { Bars } from "./Robustness.tsx";
import { leavesOf, rounded, type RunView } from "./run-data.ts";
import { useShades } from "./shade.ts";

/** Whether the indicators measure one thing, and what each really weighs. */
export function Coherence({ view }: { readonly view: RunView }) {
  const say = useSay();
  const { table, index } = view;
  const found = table.coherence.find((each) => each.index === index.id);
  const leaves = leavesOf(view);
  const statistic = (value: { value: number | null } | undefined): string =>
    value === undefined || value.value === null ? say(words.notApplicable) : rounded(value.value, 3);
  const alpha = found && "value" in found.reliability ? { value: found.reliability.value.alpha } : undefined;
  const kmo = found && "value" in found.adequacy ? { value: found.adequacy.value.overall } : undefined;
  return (
    <>
      <Panel>
        <Facts
          across
          facts={[
            { name: say(words.alpha), value: statistic(alpha) },
            { name: say(words.kmo), value: statistic(kmo) },
            { name: say(words.method), value: say(methodName(index.aggregation)) },
          ]}
        />
      </Panel>
      <Correlations view={view} leaves={leaves} />
      <Bars
        view={view}
        title={say(words.influence)}
        note=""
        file="influence"
        names={leaves.map(view.name)}
        columns={[
          { name: say(words.influence), values: leaves.map((id) => index.influence[id] ?? 0) },
          ...(index.effectiveWeights
            ? [{ name: say(words.weight), values: leaves.map((id) => index.effectiveWeights![id]!) }]
            : []),
        ]}
      />
    </>
  );
}

function Correlations({ view, leaves }: { readonly view: RunView; readonly leaves: readonly string[] }) {
  const say = useSay();
  const { diverging } = useShades();
  const columns = leaves.map((id) => view.table.indicators.find((indicator) => indicator.id === id)!.treated);
  const values = columns.map((a) => columns.map((b) => pearson(a, b)));
  const names = leaves.map(view.name);
  return (
    <EvaluationChart
      title={say(words.correlations)}
      note={say(words.correlationsNote)}
      fileName={`${view.fileName}-correlations`}
      basis={view}
      table={() => ({
        columns: [say(words.indicator), ...names],
        rows: names.map((name, at) => [name, ...values[at]!]),
      })}
    >
      <HeatGrid
        columns={names}
        rows={names.map((name, at) => ({
          name,
          cells: values[at]!.map((value) => ({
            value,
            shade: diverging(value),
            text: Number.isNaN(value) ? "–" : rounded(value),
          })),
        }))}
      />
    </EvaluationChart>
  );
}

function pearson(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  const product = a.reduce((sum, value, k) => sum + (value - ma) * (b[k]! - mb), 0);
  const square = (values: readonly number[], m: number): number =>
    values.reduce((sum, value) => sum + (value - m) ** 2, 0);
  return product / Math.sqrt(square(a, ma) * square(b, mb));
}
