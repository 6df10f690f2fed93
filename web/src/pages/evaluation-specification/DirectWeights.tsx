import { Button } from "@mantine/core";
import type { Aggregation, Index, Weighting } from "@yunhe/evaluation";
import { useState } from "react";
import { Facts } from "../../ui/Facts.tsx";
import { TextField } from "../../ui/form/Field.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Meter } from "../../ui/Meter.tsx";
import { Panel } from "../../ui/Page.tsx";
import { editorWords as words } from "../../words/evaluation-editor.ts";
import { useSay } from "../../words/language.tsx";
import styles from "../evaluation/evaluation.module.css";
import { dispersion, orness } from "./ordered-weights.ts";
import { PointsTable, sumOf } from "./PointsTable.tsx";

export type Budget = Extract<Weighting, { method: "budget-allocation" }>;
export type Ordered = Extract<Aggregation, { method: "owa" }>;

interface BudgetEditorProps {
  readonly weights: Budget;
  readonly names: readonly string[];
  readonly onChange: (weights: Budget) => void;
}

/** Several experts, each with the same number of points to spread over the members; the weights follow at once. */
export function BudgetEditor({ weights, names, onChange }: BudgetEditorProps) {
  const say = useSay();
  const { allocations } = weights;
  const [fresh, setFresh] = useState("");
  const total = Math.round(sumOf(allocations[0]?.points ?? [])) || 100;
  const set = (next: Budget["allocations"]): void => onChange({ ...weights, allocations: next });
  const add = (): void => {
    const expert = fresh.trim() || `${say(words.expert)} ${allocations.length + 1}`;
    set([...allocations, { expert, points: names.map(() => total / names.length) }]);
    setFresh("");
  };
  const spent = names.map((_, at) => sumOf(allocations.map(({ points }) => points[at] ?? 0)));
  const all = sumOf(spent) || 1;
  return (
    <>
      <Panel title={say(words.budget, { total })}>
        <div className={styles["form"]}>
          <PointsTable
            label={say(words.budget, { total })}
            columns={names}
            total={total}
            rows={allocations.map(({ expert, points }, at) => ({
              name: expert,
              points,
              onPoints: (next) => set(allocations.with(at, { expert, points: next })),
              onRemove: allocations.length > 1 ? () => set(allocations.toSpliced(at, 1)) : undefined,
            }))}
          />
          <div className={styles["choices"]}>
            <TextField label={say(words.expert)} value={fresh} onChange={setFresh} />
            <Button variant="default" leftSection={<Icon name="plus" size={12} />} onClick={add}>
              {say(words.addExpert)}
            </Button>
          </div>
        </div>
      </Panel>
      <Panel title={say(words.meanOfExperts, { count: allocations.length })}>
        <div className={styles["wideMeters"]}>
          {names.map((name, at) => (
            <Meter key={name} label={name} part={spent[at]! / all} text={(spent[at]! / all).toFixed(4)} />
          ))}
        </div>
      </Panel>
    </>
  );
}

interface ManualEditorProps {
  readonly index: Index;
  readonly names: readonly string[];
  readonly onChange: (index: Index) => void;
}

/** One weight for each member, 1 together. */
export function ManualEditor({ index, names, onChange }: ManualEditorProps) {
  const say = useSay();
  const setWeights = (weights: readonly number[]): void =>
    onChange({ ...index, members: index.members.map(({ id }, at) => ({ id, weight: weights[at]! })) });
  return (
    <Panel title={say(words.manualWeights)}>
      <PointsTable
        label={say(words.manualWeights)}
        columns={names}
        total={1}
        rows={[
          {
            name: index.id,
            points: index.members.map(({ weight }) => weight ?? 0),
            onPoints: setWeights,
          },
        ]}
      />
    </Panel>
  );
}

interface OrderEditorProps {
  readonly aggregation: Ordered;
  readonly onChange: (aggregation: Ordered) => void;
}

/** Weights of positions, not of members: the first goes to whatever member an entity is best at. */
export function OrderEditor({ aggregation, onChange }: OrderEditorProps) {
  const say = useSay();
  const { order } = aggregation;
  const n = order.length;
  const set = (next: readonly number[]): void => onChange({ ...aggregation, order: [...next] });
  const fill = (weight: (at: number) => number) => () => set(order.map((_, at) => weight(at)));
  const all = sumOf(order) || 1;
  const shares = order.map((weight) => weight / all);
  const positions = order.map((_, at) => say(words.position, { rank: at + 1 }));
  return (
    <Panel
      title={say(words.owa)}
      actions={
        <>
          <Button size="compact-sm" variant="default" onClick={fill(() => 1 / n)}>
            {say(words.owaEqual)}
          </Button>
          <Button size="compact-sm" variant="default" onClick={fill((at) => (at === 0 ? 1 : 0))}>
            {say(words.owaBest)}
          </Button>
          <Button size="compact-sm" variant="default" onClick={fill((at) => (at === n - 1 ? 1 : 0))}>
            {say(words.owaWorst)}
          </Button>
        </>
      }
    >
      <div className={styles["form"]}>
        <p className="soft small">{say(words.owaLead)}</p>
        <PointsTable
          label={say(words.owa)}
          columns={positions}
          total={1}
          rows={[{ name: say(words.orderWeights), points: order, onPoints: set }]}
        />
        <Facts
          across
          facts={[
            { name: say(words.orness), value: orness(shares).toFixed(3) },
            { name: say(words.dispersion), value: dispersion(shares).toFixed(3) },
          ]}
        />
      </div>
    </Panel>
  );
}
