import { Button, Modal } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { yunhe } from "../../api/client.ts";
import { useWritableProject } from "../../shell/project.ts";
import { TextField } from "../../ui/form/Field.tsx";
import { Problem } from "../../ui/Problem.tsx";
import { Select } from "../../ui/Select.tsx";
import { commonWords } from "../../words/common.ts";
import { evaluationWords as words } from "../../words/evaluation.ts";
import { useLanguage, useSay } from "../../words/language.tsx";
import { evaluationKinds, manifest, templatesQuery } from "./api.ts";
import styles from "./evaluation.module.css";

type Template = { readonly id: string; readonly definition: Record<string, unknown> };

/** Adds a specification that comes with Yunhe; on request with synthetic data, so that it can be seen at work. */
export function AddTemplate({ onClose }: { readonly onClose: () => void }) {
  const say = useSay();
  const { language } = useLanguage();
  const navigate = useNavigate();
  const project = useWritableProject();
  const { data, error } = useQuery(templatesQuery);
  const [chosen, setChosen] = useState<string>();
  const [seed, setSeed] = useState("1");
  const template = data?.items.find(({ id }) => id === chosen) ?? data?.items[0];
  const [named, setName] = useState<string>();
  const name = named ?? template?.id ?? "";
  const add = useMutation({
    mutationFn: (synthetic: boolean) =>
      addTemplate(project, name, template!, synthetic ? Number(seed) : undefined),
    onSuccess: (synthetic) => {
      onClose();
      const params = { namespace: project, name };
      void navigate(
        synthetic
          ? { to: "/evaluation/runs/$namespace/$name", params }
          : { to: "/evaluation/specifications/$namespace/$name", params },
      );
    },
  });
  const title = (each: Template): string =>
    (each.definition["title"] as { en: string; zh: string })[language];
  return (
    <Modal
      opened
      onClose={onClose}
      title={say(words.add)}
      closeButtonProps={{ "aria-label": say(commonWords.close) }}
    >
      <div className={styles["form"]}>
        <Problem error={error} />
        <Select
          label={say(words.template)}
          value={template?.id ?? ""}
          options={(data?.items ?? []).map((each) => ({ value: each.id, label: title(each) }))}
          onChange={setChosen}
        />
        <TextField label={say(commonWords.name)} mono value={name} onChange={setName} />
        <TextField
          label={say(words.seed)}
          description={say(words.tryLead)}
          type="number"
          value={seed}
          onChange={setSeed}
        />
        <Problem error={add.error} />
        <div className={styles["end"]}>
          <Button
            variant="default"
            disabled={!template}
            loading={add.isPending}
            onClick={() => add.mutate(false)}
          >
            {say(commonWords.add)}
          </Button>
          <Button
            disabled={!template || !/^\d+$/.test(seed)}
            loading={add.isPending}
            onClick={() => add.mutate(true)}
          >
            {say(words.tryIt)}
          </Button>
        </div>
      </div>
    </Modal>
  );
}

/** True when synthetic data were added too. */
async function addTemplate(
  project: string,
  name: string,
  template: Template,
  seed: number | undefined,
): Promise<boolean> {
  const library = await import("@yunhe/evaluation");
  const specification = library.readSpecification(template.definition);
  const judged =
    seed === undefined ? specification : library.demonstrationJudgements(specification, { seed });
  const definition = JSON.parse(JSON.stringify(judged)) as object;
  const create = (kind: keyof typeof evaluationKinds, word: string, spec: object): Promise<unknown> =>
    yunhe.resources(evaluationKinds[kind]).create(project, manifest(word, project, name, spec));
  await create("specifications", "IndexSpecification", { definition });
  if (seed === undefined) return false;
  await create("dataSets", "DataSet", { specification: name, source: { type: "demonstration", seed } });
  const index = judged.indices.find(({ standing }) => standing === "extension") ?? judged.indices.at(-1)!;
  await create("evaluations", "Evaluation", {
    specification: name,
    dataSet: name,
    extensions: index.standing === "extension",
    ...(judged.uncertainty && { robustness: { index: index.id, sobolPoints: 256 } }),
  });
  return true;
}
