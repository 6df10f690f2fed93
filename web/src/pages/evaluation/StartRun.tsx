import { Button, Modal, Switch } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { yunhe } from "../../api/client.ts";
import { useWritableProject } from "../../shell/project.ts";
import { TextField } from "../../ui/form/Field.tsx";
import { Problem } from "../../ui/Problem.tsx";
import { Select } from "../../ui/Select.tsx";
import { commonWords } from "../../words/common.ts";
import { evaluationWords as words } from "../../words/evaluation.ts";
import { studyWords } from "../../words/evaluation-study.ts";
import { useLanguage, useSay } from "../../words/language.tsx";
import { type DataSetObject, evaluationKinds, manifest, type SpecificationObject } from "./api.ts";
import styles from "./evaluation.module.css";

interface StartRunProps {
  readonly specifications: readonly SpecificationObject[];
  readonly dataSets: readonly DataSetObject[];
  readonly onClose: () => void;
}

interface IndexOf {
  readonly id: string;
  readonly label: { readonly en: string; readonly zh: string };
  readonly standing?: string;
  readonly aggregation?: { readonly method: string };
}

const runName = (): string => `run-${new Date().toISOString().slice(0, 19).replaceAll(/[T:]/g, "-")}`;

/** Asks what is to be computed, and starts it. */
export function StartRun({ specifications, dataSets, onClose }: StartRunProps) {
  const say = useSay();
  const { language } = useLanguage();
  const navigate = useNavigate();
  const project = useWritableProject();
  const [dataName, setData] = useState(dataSets[0]?.metadata.name ?? "");
  const [index, setIndex] = useState("");
  const [extensions, setExtensions] = useState(false);
  const [name, setName] = useState(runName);
  const [replications, setReplications] = useState("");
  const [seed, setSeed] = useState("");
  const isNumber = (text: string): boolean => text === "" || /^\d{1,8}$/.test(text);
  const dataSet = dataSets.find(({ metadata }) => metadata.name === dataName);
  const specification = specifications.find(({ metadata }) => metadata.name === dataSet?.spec.specification);
  const definition = specification?.spec.definition;
  const indices = ((definition?.["indices"] ?? []) as readonly IndexOf[]).filter(
    ({ aggregation, standing }) => aggregation?.method !== "none" && (extensions || standing !== "extension"),
  );
  const start = useMutation({
    mutationFn: () =>
      yunhe.resources(evaluationKinds.evaluations).create(
        project,
        manifest("Evaluation", project, name, {
          specification: dataSet?.spec.specification ?? "",
          dataSet: dataName,
          extensions,
          ...(index !== "" && {
            robustness: {
              index,
              sobolPoints: 256,
              ...(replications !== "" && { replications: Number(replications) }),
              ...(seed !== "" && { seed: Number(seed) }),
            },
          }),
        }),
      ),
    onSuccess: () => {
      onClose();
      void navigate({ to: "/evaluation/runs/$namespace/$name", params: { namespace: project, name } });
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={say(words.evaluate)}
      closeButtonProps={{ "aria-label": say(commonWords.close) }}
    >
      <div className={styles["form"]}>
        <TextField label={say(commonWords.name)} mono value={name} onChange={setName} />
        <Select
          label={say(words.data)}
          value={dataName}
          options={dataSets.map(({ metadata, spec }) => ({
            value: metadata.name,
            label: `${metadata.name} (${spec.specification})`,
          }))}
          onChange={setData}
        />
        <Switch
          label={say(words.extension)}
          checked={extensions}
          onChange={(event) => setExtensions(event.currentTarget.checked)}
        />
        <Select
          label={say(words.tabRobustness)}
          value={index}
          options={[
            { value: "", label: say(commonWords.none) },
            ...(definition?.["uncertainty"] === undefined
              ? []
              : indices.map((each) => ({ value: each.id, label: each.label[language] }))),
          ]}
          onChange={setIndex}
        />
        {index !== "" && (
          <div className={styles["choices"]}>
            <TextField
              label={say(studyWords.replications)}
              type="number"
              placeholder={say(words.asSpecified)}
              value={replications}
              onChange={setReplications}
            />
            <TextField
              label={say(words.seed)}
              type="number"
              placeholder={say(words.asSpecified)}
              value={seed}
              onChange={setSeed}
            />
          </div>
        )}
        <Problem error={start.error} />
        <div className={styles["end"]}>
          <Button
            disabled={!dataSet || !isNumber(replications) || !isNumber(seed)}
            loading={start.isPending}
            onClick={() => start.mutate()}
          >
            {say(words.evaluate)}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
