import { ActionIcon } from "@mantine/core";
import type { Index, Specification } from "@yunhe/evaluation";
import { FieldGroup, TextField } from "../../ui/form/Field.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Select } from "../../ui/Select.tsx";
import { commonWords } from "../../words/common.ts";
import { evaluationWords } from "../../words/evaluation.ts";
import { editorWords as words } from "../../words/evaluation-editor.ts";
import { methodName } from "../../words/evaluation-methods.ts";
import { useLanguage, useSay } from "../../words/language.tsx";
import evaluationStyles from "../evaluation/evaluation.module.css";
import styles from "./editor.module.css";
import { swapped, withMember, withoutMember } from "./tree.ts";

/** Generalised means need a power: they are written in the manifest. */
const weightings = [
  "equal",
  "manual",
  "ahp",
  "budget-allocation",
  "pca",
  "factor",
  "entropy",
  "critic",
  "benefit-of-the-doubt",
  "optimised",
] as const;
const aggregations = [
  "arithmetic",
  "geometric",
  "harmonic",
  "median",
  "owa",
  "mazziotta-pareto",
  "borda",
  "copeland",
  "condorcet",
  "kemeny",
  "none",
] as const;

interface IndexFormProps {
  readonly index: Index;
  readonly specification: Specification;
  readonly onChange: (index: Index) => void;
}

/** One index: what it is made of, how its members are weighted and put together. */
export function IndexForm({ index, specification, onChange }: IndexFormProps) {
  const say = useSay();
  const set = (change: Partial<Index>): void => onChange({ ...index, ...change });
  const options = (known: readonly string[], current: string): { value: string; label: string }[] =>
    [...new Set([...known, current])].map((value) => ({
      value,
      label: say(value === "none" ? words.heading : methodName(value)),
    }));
  return (
    <>
      <TextField
        label={say(words.labelEn)}
        value={index.label.en}
        onChange={(en) => set({ label: { ...index.label, en } })}
      />
      <TextField
        label={say(words.labelZh)}
        value={index.label.zh}
        onChange={(zh) => set({ label: { ...index.label, zh } })}
      />
      <div className={evaluationStyles["choices"]}>
        <Select
          label={say(words.weighting)}
          value={index.weights.method}
          options={options(weightings, index.weights.method)}
          onChange={(method) => set(weighted(index, method))}
        />
        <Select
          label={say(words.aggregation)}
          value={index.aggregation.method}
          options={options(aggregations, index.aggregation.method)}
          onChange={(method) => set({ aggregation: aggregationOf(method, index.members.length) })}
        />
        <Select
          label={say(words.standing)}
          value={index.standing}
          options={[
            { value: "source", label: say(words.standingSource) },
            { value: "extension", label: say(words.standingExtension) },
          ]}
          onChange={(standing) => set({ standing: standing as Index["standing"] })}
        />
      </div>
      <Members index={index} specification={specification} onChange={onChange} />
    </>
  );
}

/** Members keep weights only where they are given by hand; then they begin equal. */
function weighted(index: Index, method: string): Pick<Index, "weights" | "members"> {
  const share = 1 / index.members.length;
  return {
    weights: weightingOf(method, index.members.length),
    members: index.members.map(({ id, weight }) => ({
      id,
      weight: method === "manual" ? (weight ?? share) : undefined,
    })),
  };
}

const weightingOf = (method: string, count: number): Index["weights"] => {
  if (method === "ahp")
    return {
      method,
      experts: [],
      priorities: "eigenvector",
      group: "judgements",
      scale: "linear",
      synthetic: false,
    };
  if (method === "manual") return { method, rescale: false };
  if (method === "budget-allocation")
    return { method, allocations: [{ expert: "1", points: evenly(100, count) }] };
  if (method === "benefit-of-the-doubt") return { method, lower: 0, upper: 1 };
  return { method } as Index["weights"];
};

const aggregationOf = (method: string, count: number): Index["aggregation"] => {
  if (method === "mazziotta-pareto") return { method, penalise: "unbalance-lowers" };
  if (method === "owa") return { method, order: evenly(1, count) };
  return { method } as Index["aggregation"];
};

const evenly = (total: number, count: number): number[] => Array.from({ length: count }, () => total / count);

function Members({ index, specification, onChange }: IndexFormProps) {
  const say = useSay();
  const { language } = useLanguage();
  const all = [...specification.indicators, ...specification.indices].filter(({ id }) => id !== index.id);
  const name = (id: string): string => all.find((each) => each.id === id)?.label[language] ?? id;
  const left = all.filter(({ id }) => !index.members.some((member) => member.id === id));
  const manual = index.weights.method === "manual";
  const weigh = (at: number, text: string): void => {
    const weight = text === "" || Number.isNaN(Number(text)) ? undefined : Number(text);
    onChange({ ...index, members: index.members.with(at, { ...index.members[at]!, weight }) });
  };
  return (
    <FieldGroup legend={say(words.members)}>
      <div className={styles["members"]}>
        {index.members.map(({ id, weight }, at) => (
          <div key={id} className={styles["member"]}>
            <span>{name(id)}</span>
            {manual && (
              <input
                aria-label={`${name(id)}: ${say(evaluationWords.weight)}`}
                inputMode="decimal"
                defaultValue={weight ?? ""}
                onChange={(event) => weigh(at, event.currentTarget.value)}
              />
            )}
            <ActionIcon
              disabled={at === 0}
              aria-label={say(words.moveUp, { name: name(id) })}
              onClick={() => onChange(swapped(index, at, at - 1))}
            >
              <Icon name="up" size={13} />
            </ActionIcon>
            <ActionIcon
              disabled={at === index.members.length - 1}
              aria-label={say(words.moveDown, { name: name(id) })}
              onClick={() => onChange(swapped(index, at, at + 1))}
            >
              <Icon name="down" size={13} />
            </ActionIcon>
            <ActionIcon
              disabled={index.members.length === 1}
              aria-label={say(words.removeFrom, { name: name(id) })}
              onClick={() => onChange(withoutMember(index, at))}
            >
              <Icon name="cross" size={13} />
            </ActionIcon>
          </div>
        ))}
        <Select
          label={say(words.addMember)}
          value=""
          options={[
            { value: "", label: say(commonWords.none) },
            ...left.map(({ id }) => ({ value: id, label: name(id) })),
          ]}
          onChange={(id) => id !== "" && onChange(withMember(index, id))}
        />
      </div>
    </FieldGroup>
  );
}
