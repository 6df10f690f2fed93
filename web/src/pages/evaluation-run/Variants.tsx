import { Button } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { useLive } from "../../api/live.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Panel } from "../../ui/Page.tsx";
import { Problem, tell } from "../../ui/Problem.tsx";
import { Select } from "../../ui/Select.tsx";
import { commonWords } from "../../words/common.ts";
import { studyWords as words } from "../../words/evaluation-study.ts";
import { useLanguage, useSay } from "../../words/language.tsx";
import { type EvaluationObject, evaluationKinds, resultQuery } from "../evaluation/api.ts";
import evaluationStyles from "../evaluation/evaluation.module.css";
import type { RunView } from "./run-data.ts";
import styles from "./study.module.css";
import { choiceKinds, firstChoices, freshChoice, nameOf, type VariantChoice, variantOf } from "./variants.ts";
import { type RankedColumn, VariantPictures } from "./VariantPictures.tsx";
import { rankedBy } from "./ranked.ts";
import { type RunAddress, useWorkbench } from "./workbench/use-workbench.ts";
import type { Workbench } from "./workbench/workbench.ts";

interface VariantsProps {
  readonly view: RunView;
  readonly address: RunAddress;
}

/** The index built in several ways, and other evaluations of the same entities, side by side. */
export function Variants({ view, address }: VariantsProps) {
  const say = useSay();
  const { language } = useLanguage();
  const { bench, error } = useWorkbench(address);
  const [choices, setChoices] = useState(firstChoices);
  const [runs, setRuns] = useState<readonly string[]>([]);
  const named = choices.map((choice) => ({ choice, name: nameOf(choice, say) ?? say(words.asSpecified) }));
  const computed = useVariants(bench, view, address, choices);
  const others = useOtherRuns(view, address, runs);
  const ofChoices = named.map(({ name }, at): RankedColumn => {
    const { data, error: refused } = computed[at]!;
    return { name, ...(refused ? { problem: tell(refused, language).what } : data) };
  });
  const columns = [
    {
      name: say(words.asSpecified),
      scores: view.index.scores,
      ranks: view.index.ranks,
    },
    ...ofChoices,
    ...others.columns,
  ];
  return (
    <>
      <Problem error={error} />
      {!bench && !error && <p className="soft">{say(words.opening)}</p>}
      <Panel
        title={say(words.tabVariants)}
        actions={
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<Icon name="plus" size={12} />}
            onClick={() => setChoices([...choices, freshChoice(choices)])}
          >
            {say(words.addVariant)}
          </Button>
        }
      >
        <p className="soft small">{say(words.variantsLead)}</p>
        <div className={styles["variants"]}>
          {named.map(({ choice, name }) => (
            <VariantForm
              key={choice.id}
              choice={choice}
              name={name}
              onChange={(next) => setChoices(choices.map((each) => (each.id === next.id ? next : each)))}
              onRemove={() => setChoices(choices.filter(({ id }) => id !== choice.id))}
            />
          ))}
          {runs.map((run) => (
            <div key={run} className={styles["variant"]}>
              <b>{run}</b>
              <Button
                size="compact-sm"
                variant="subtle"
                color="crown"
                onClick={() => setRuns(runs.filter((each) => each !== run))}
              >
                {say(words.removeVariant, { name: run })}
              </Button>
            </div>
          ))}
          {others.names.length > 0 && (
            <div className={evaluationStyles["choices"]}>
              <Select
                label={say(words.addRun)}
                value=""
                options={[
                  { value: "", label: say(commonWords.none) },
                  ...others.names.map((name) => ({ value: name, label: name })),
                ]}
                onChange={(name) => name !== "" && setRuns([...runs, name])}
              />
            </div>
          )}
        </div>
      </Panel>
      <VariantPictures view={view} columns={columns} />
    </>
  );
}

interface VariantFormProps {
  readonly choice: VariantChoice;
  readonly name: string;
  readonly onChange: (choice: VariantChoice) => void;
  readonly onRemove: () => void;
}

function VariantForm({ choice, name, onChange, onRemove }: VariantFormProps) {
  const say = useSay();
  return (
    <div className={styles["variant"]}>
      <b>{name}</b>
      {choiceKinds.map(({ key, label, options }) => (
        <Select
          key={key}
          label={say(label)}
          value={choice[key]}
          options={[
            { value: "", label: say(words.sameIndex) },
            ...Object.entries(options).map(([value, each]) => ({ value, label: say(each.words) })),
          ]}
          onChange={(value) => onChange({ ...choice, [key]: value })}
        />
      ))}
      <Button
        size="compact-sm"
        variant="subtle"
        color="crown"
        aria-label={say(words.removeVariant, { name })}
        onClick={onRemove}
      >
        <Icon name="trash" size={13} />
      </Button>
    </div>
  );
}

/** Each variant is a question of its own: one that is refused does not keep the others back. */
function useVariants(
  bench: Workbench | undefined,
  view: RunView,
  { project, run, sha256 }: RunAddress,
  choices: readonly VariantChoice[],
) {
  const at = { index: view.index.id, period: view.table.period };
  return useQueries({
    queries: choices.map((choice) => {
      const variant = variantOf({ ...choice, id: "variant" }, at.index);
      return {
        queryKey: ["evaluation-variant", project, run, sha256, at, variant],
        queryFn: () => bench!.ask("variant", { ...at, variant }),
        enabled: bench !== undefined,
        retry: false,
        staleTime: Infinity,
      };
    }),
  });
}

/** Finished evaluations of this project that rank the same entities. */
function useOtherRuns(view: RunView, { project, run }: RunAddress, chosen: readonly string[]) {
  const say = useSay();
  const all = useLive<EvaluationObject>(evaluationKinds.evaluations, { namespace: project });
  const finished = all.items.filter(
    ({ metadata, status }) => status?.result !== undefined && metadata.name !== run,
  );
  const results = useQueries({
    queries: chosen.map((name) => {
      const found = finished.find(({ metadata }) => metadata.name === name);
      return resultQuery(project, name, found?.status?.result?.sha256);
    }),
  });
  const columns = chosen.flatMap((name, at): RankedColumn[] => {
    const { data, error } = results[at]!;
    if (error) return [{ name, problem: error.message }];
    if (!data) return [];
    const ranked = rankedBy(data, view);
    return [{ name, ...(ranked ?? { problem: say(words.noCommon) }) }];
  });
  return {
    names: finished.map(({ metadata }) => metadata.name).filter((name) => !chosen.includes(name)),
    columns,
  };
}
