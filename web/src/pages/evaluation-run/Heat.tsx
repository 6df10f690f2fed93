import { unitIn } from "@yunhe/evaluation/terms";
import { useState } from "react";
import { Select } from "../../ui/Select.tsx";
import { evaluationWords as words } from "../../words/evaluation.ts";
import { useSay } from "../../words/language.tsx";
import { EvaluationChart } from "./EvaluationChart.tsx";
import { type HeatCell, HeatGrid } from "./HeatGrid.tsx";
import { inOrder, leavesOf, rounded, type RunView } from "./run-data.ts";
import { useShades } from "./shade.ts";

const stretch = (values: readonly number[]): ((value: number) => number) => {
  const least = Math.min(...values);
  const range = Math.max(...values) - least || 1;
  return (value) => (value - least) / range;
};

/** Every normalised value of the index, and one indicator over the periods (industry by year, region by year). */
export function Heat({ view }: { readonly view: RunView }) {
  return (
    <>
      <ByIndicator view={view} />
      {view.periods.length > 1 && <ByPeriod view={view} />}
    </>
  );
}

function ByIndicator({ view }: { readonly view: RunView }) {
  const say = useSay();
  const { sequential } = useShades();
  const { table, index } = view;
  const leaves = leavesOf(view);
  const order = inOrder(view);
  const columns = leaves.map((id) => {
    const indicator = table.indicators.find((each) => each.id === id)!;
    const part = stretch(indicator.normalised);
    const marked = new Set(
      indicator.flags
        .filter(({ flags }) => flags.some((flag) => flag === "imputed" || flag === "treated"))
        .map(({ entity }) => entity),
    );
    return table.entities.map(({ id: entity }, e): HeatCell => {
      const value = indicator.normalised[e]!;
      return { value, shade: sequential(part(value)), text: rounded(value, 0), mark: marked.has(entity) };
    });
  });
  return (
    <EvaluationChart
      title={`${say(words.heatTitle)} · ${view.name(index.id)} · ${table.period}`}
      note={say(words.heatNote)}
      fileName={`${view.fileName}-heat`}
      basis={view}
      table={() => ({
        columns: [say(words.entity), ...leaves.map(view.name)],
        rows: order.map((e) => [
          table.entities[e]!.label[view.language],
          ...columns.map((cells) => cells[e]!.value!),
        ]),
      })}
    >
      <HeatGrid
        columns={leaves.map(view.name)}
        rows={order.map((e) => ({
          name: table.entities[e]!.label[view.language],
          cells: columns.map((cells) => cells[e]!),
        }))}
      />
    </EvaluationChart>
  );
}

function ByPeriod({ view }: { readonly view: RunView }) {
  const say = useSay();
  const { sequential } = useShades();
  const leaves = leavesOf(view);
  const [chosen, setChosen] = useState(leaves[0]!);
  const indicator = leaves.includes(chosen) ? chosen : leaves[0]!;
  const valueAt = (at: number, entity: string): number | null => {
    const { table } = view.periods[at]!;
    const e = table.entities.findIndex(({ id }) => id === entity);
    return table.indicators.find(({ id }) => id === indicator)?.reported[e] ?? null;
  };
  const unit = view.table.indicators.find(({ id }) => id === indicator)?.unit ?? "";
  const order = inOrder(view).map((e) => view.table.entities[e]!);
  const values = order.map(({ id }) => view.periods.map((_, at) => valueAt(at, id)));
  const part = stretch(values.flat().filter((value) => value !== null));
  const periods = view.periods.map(({ table }) => table.period);
  return (
    <EvaluationChart
      title={`${view.name(indicator)} · ${periods[0]}–${periods.at(-1)}`}
      note={say(words.inUnit, { unit: unitIn(view.language, unit) })}
      fileName={`${view.fileName}-${indicator}-periods`}
      basis={view}
      actions={
        <Select
          quiet
          label={say(words.indicator)}
          value={indicator}
          options={leaves.map((id) => ({ value: id, label: view.name(id) }))}
          onChange={setChosen}
        />
      }
      table={() => ({
        columns: [say(words.entity), ...periods],
        rows: order.map(({ label }, line) => [
          label[view.language],
          ...values[line]!.map((value) => value ?? ""),
        ]),
      })}
    >
      <HeatGrid
        columns={periods}
        cell={72}
        rows={order.map(({ label }, line) => ({
          name: label[view.language],
          cells: values[line]!.map((value) => ({
            value,
            shade: sequential(value === null ? 0 : part(value)),
            text: value === null ? "–" : rounded(value),
          })),
        }))}
      />
    </EvaluationChart>
  );
}
