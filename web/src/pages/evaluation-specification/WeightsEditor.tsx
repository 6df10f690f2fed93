import { Button } from "@mantine/core";
import type { Index, Specification } from "@yunhe/evaluation";
import { useState } from "react";
import { Choice } from "../../ui/Choice.tsx";
import { TextField } from "../../ui/form/Field.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Empty, Notice } from "../../ui/Notice.tsx";
import { Panel } from "../../ui/Page.tsx";
import { Select } from "../../ui/Select.tsx";
import { evaluationWords } from "../../words/evaluation.ts";
import { editorWords as words } from "../../words/evaluation-editor.ts";
import { ahpName } from "../../words/evaluation-methods.ts";
import { useLanguage, useSay } from "../../words/language.tsx";
import styles from "../evaluation/evaluation.module.css";
import { Consistency } from "./Consistency.tsx";
import { type Ahp, JudgementMatrix } from "./JudgementMatrix.tsx";
import { BudgetEditor, ManualEditor, OrderEditor } from "./DirectWeights.tsx";
import type { Library } from "./library.ts";

type AhpIndex = Index & { readonly weights: Ahp };

/** Weights that people give are edited here; what follows from data needs no table. */
const isGiven = ({ weights, aggregation, members }: Index): boolean =>
  members.length > 1 &&
  (["ahp", "budget-allocation", "manual"].includes(weights.method) || aggregation.method === "owa");

interface WeightsEditorProps {
  readonly specification: Specification;
  readonly library: Library;
  readonly onChange: (specification: Specification) => void;
}

/** Weights of the indices that people give, with what follows from them at once. */
export function WeightsEditor({ specification, library, onChange }: WeightsEditorProps) {
  const say = useSay();
  const { language } = useLanguage();
  const all = specification.indices.filter(isGiven);
  const [chosen, setChosen] = useState(all[0]?.id ?? "");
  const index = all.find(({ id }) => id === chosen) ?? all[0];
  if (!index) return <Empty icon="info" title={say(words.noAhp)} />;
  const replace = (next: Index): void =>
    onChange({
      ...specification,
      indices: specification.indices.map((each) => (each.id === index.id ? next : each)),
    });
  return (
    <>
      <div className={styles["choices"]}>
        <Select
          label={say(evaluationWords.index)}
          value={index.id}
          options={all.map(({ id, label }) => ({ value: id, label: label[language] }))}
          onChange={setChosen}
        />
      </div>
      {index.aggregation.method === "owa" && (
        <OrderEditor
          aggregation={index.aggregation}
          onChange={(aggregation) => replace({ ...index, aggregation })}
        />
      )}
      <MemberWeights
        key={index.id}
        index={index}
        specification={specification}
        library={library}
        onChange={replace}
      />
    </>
  );
}

interface MemberWeightsProps {
  readonly index: Index;
  readonly specification: Specification;
  readonly library: Library;
  readonly onChange: (index: Index) => void;
}

function MemberWeights({ index, specification, library, onChange }: MemberWeightsProps) {
  const say = useSay();
  const { language } = useLanguage();
  const { weights, members } = index;
  const named = [...specification.indicators, ...specification.indices];
  const names = members.map(({ id }) => named.find((each) => each.id === id)?.label[language] ?? id);
  if (weights.method === "manual") return <ManualEditor index={index} names={names} onChange={onChange} />;
  if (weights.method === "budget-allocation")
    return (
      <BudgetEditor
        weights={weights}
        names={names}
        onChange={(next) => onChange({ ...index, weights: next })}
      />
    );
  if (weights.method !== "ahp") return null;
  return (
    <>
      {weights.synthetic && <Notice>{say(words.syntheticJudgements)}</Notice>}
      <Panelists
        index={{ ...index, weights }}
        names={names}
        library={library}
        onChange={(next) => onChange({ ...index, weights: next })}
      />
    </>
  );
}

interface PanelistsProps {
  readonly index: AhpIndex;
  readonly names: readonly string[];
  readonly library: Library;
  readonly onChange: (weights: Ahp) => void;
}

function Panelists({ index, names, library, onChange }: PanelistsProps) {
  const say = useSay();
  const { weights, members } = index;
  const [at, setAt] = useState(0);
  const expert = weights.experts[at] ?? weights.experts[0];
  const position = expert ? weights.experts.indexOf(expert) : 0;
  const add = (): void => {
    const matrix = members.map((_, i) => members.map((__, j) => (i === j ? 1 : null)));
    onChange({
      ...weights,
      experts: [...weights.experts, { expert: `${say(words.expert)} ${weights.experts.length + 1}`, matrix }],
    });
    setAt(weights.experts.length);
  };
  const edit = (change: Partial<Ahp["experts"][number]>): void =>
    onChange({
      ...weights,
      synthetic: false,
      experts: weights.experts.with(position, { ...expert!, ...change }),
    });
  const buttons = (
    <Button size="compact-sm" variant="default" leftSection={<Icon name="plus" size={12} />} onClick={add}>
      {say(words.addExpert)}
    </Button>
  );
  if (!expert) return <Empty icon="members" title={say(words.noExperts)} actions={buttons} />;
  return (
    <>
      <Panel
        title={say(words.compare)}
        actions={
          <>
            <Choice
              label={say(words.expert)}
              value={String(position)}
              options={weights.experts.map((each, k) => ({ value: String(k), label: each.expert }))}
              onChange={(value) => setAt(Number(value))}
            />
            {buttons}
          </>
        }
      >
        <div className={styles["form"]}>
          <JudgementMatrix
            names={names}
            matrix={expert.matrix}
            library={library}
            onChange={(matrix) => edit({ matrix })}
          />
          <div className={styles["choices"]}>
            <TextField
              label={say(words.expert)}
              value={expert.expert}
              onChange={(text) => edit({ expert: text })}
            />
            <Method weights={weights} library={library} onChange={onChange} />
            <Button
              size="compact-sm"
              variant="subtle"
              color="crown"
              onClick={() => onChange({ ...weights, experts: weights.experts.toSpliced(position, 1) })}
            >
              {say(words.removeExpert)}
            </Button>
          </div>
        </div>
      </Panel>
      <Consistency
        names={names}
        weights={weights}
        expert={position}
        library={library}
        onApply={(matrix) => edit({ matrix })}
      />
    </>
  );
}

function Method({
  weights,
  library,
  onChange,
}: Pick<PanelistsProps, "library" | "onChange"> & { readonly weights: Ahp }) {
  const say = useSay();
  const plain = (values: readonly string[]): { value: string; label: string }[] =>
    values.map((value) => ({ value, label: say(ahpName(value)) }));
  return (
    <>
      <Select
        label={say(words.prioritiesBy)}
        value={weights.priorities}
        options={[
          { value: "eigenvector", label: say(words.eigenvector) },
          { value: "geometric-mean", label: say(words.geometricMean) },
        ]}
        onChange={(priorities) => onChange({ ...weights, priorities: priorities as Ahp["priorities"] })}
      />
      <Select
        label={say(words.groupBy)}
        value={weights.group}
        options={[
          { value: "judgements", label: say(words.byJudgements) },
          { value: "priorities", label: say(words.byPriorities) },
        ]}
        onChange={(group) => onChange({ ...weights, group: group as Ahp["group"] })}
      />
      <Select
        label={say(words.scale)}
        value={weights.scale}
        options={plain(library.weights.ahpScaleNames)}
        onChange={(scale) => onChange({ ...weights, scale: scale as Ahp["scale"] })}
      />
      <Select
        label={say(words.randomIndex)}
        value={weights.randomIndex ?? library.weights.defaultRandomIndex}
        options={plain(library.weights.randomIndexNames)}
        onChange={(name) => onChange({ ...weights, randomIndex: name as NonNullable<Ahp["randomIndex"]> })}
      />
    </>
  );
}
