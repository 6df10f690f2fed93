import { Button, Tabs } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { Finding, Specification } from "@yunhe/evaluation";
import { useState } from "react";
import { yunhe } from "../../api/client.ts";
import { useLiveObject } from "../../api/live.ts";
import { Back } from "../../ui/Back.tsx";
import { LiveMark } from "../../ui/LiveMark.tsx";
import { Empty, Notice } from "../../ui/Notice.tsx";
import { Page, Panel } from "../../ui/Page.tsx";
import { Problem } from "../../ui/Problem.tsx";
import { State } from "../../ui/State.tsx";
import { toast } from "../../ui/toast.tsx";
import { commonWords } from "../../words/common.ts";
import { evaluationWords as words } from "../../words/evaluation.ts";
import { editorWords } from "../../words/evaluation-editor.ts";
import { useLanguage, useSay } from "../../words/language.tsx";
import { evaluationKinds, type SpecificationObject } from "../evaluation/api.ts";
import styles from "../evaluation/evaluation.module.css";
import { libraryQuery, type Library } from "./library.ts";
import { specificationRoute } from "./route.ts";
import { TreeEditor } from "./TreeEditor.tsx";
import { WeightsEditor } from "./WeightsEditor.tsx";

/** A specification: its tree, its weights, what keeps it from being computed. */
export default function SpecificationPage() {
  const say = useSay();
  const { language } = useLanguage();
  const { namespace, name } = specificationRoute.useParams();
  const live = useLiveObject<SpecificationObject>(evaluationKinds.specifications, namespace, name);
  const { data: library, error } = useQuery(libraryQuery);
  const found = live.item;
  return (
    <Page
      title={found?.status?.title?.[language] ?? name}
      before={<Back to="/evaluation">{say(words.back)}</Back>}
      beside={<LiveMark live={live} />}
      lead={name}
    >
      <Problem error={error} />
      {live.missing && <Empty icon="search" title={say(commonWords.notFoundDo)} />}
      {found && library ? (
        <Editor key={found.metadata.uid} found={found} library={library} />
      ) : (
        !live.missing && <p className="soft">{say(commonWords.loading)}</p>
      )}
    </Page>
  );
}

/** The draft is the specification in full; it is saved as a whole, against the version it was read from. */
function Editor({ found, library }: { readonly found: SpecificationObject; readonly library: Library }) {
  const say = useSay();
  const navigate = useNavigate();
  const { tab = "tree" } = specificationRoute.useSearch();
  const [draft, setDraft] = useState<Specification>();
  const saved = library.readSpecification(found.spec.definition);
  const specification = draft ?? saved;
  const { name, namespace } = found.metadata;
  const save = useMutation({
    mutationFn: () => {
      const definition = JSON.parse(JSON.stringify(specification)) as object;
      const object = { ...found, spec: { ...found.spec, definition } };
      return yunhe
        .resources<SpecificationObject>(evaluationKinds.specifications)
        .replace(namespace, name, object);
    },
    onSuccess: () => {
      setDraft(undefined);
      toast(say(editorWords.saved));
    },
  });
  const choose = (value: string | null): void =>
    void navigate({
      to: ".",
      search: (before) => ({ ...before, tab: value === "weights" ? "weights" : undefined }) as never,
      replace: true,
    });
  return (
    <>
      {draft && (
        <Notice tone="info">
          {say(editorWords.unsaved)}{" "}
          <Button size="compact-sm" loading={save.isPending} onClick={() => save.mutate()}>
            {say(commonWords.save)}
          </Button>{" "}
          <Button size="compact-sm" variant="default" onClick={() => setDraft(undefined)}>
            {say(editorWords.discard)}
          </Button>
        </Notice>
      )}
      <Problem error={save.error} />
      <Tabs value={tab} onChange={choose} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="tree">{say(editorWords.tree)}</Tabs.Tab>
          <Tabs.Tab value="weights">{say(editorWords.weights)}</Tabs.Tab>
        </Tabs.List>
      </Tabs>
      {tab === "tree" ? (
        <TreeEditor specification={specification} onChange={setDraft} />
      ) : (
        <WeightsEditor specification={specification} library={library} onChange={setDraft} />
      )}
      <Findings findings={library.checkSpecification(specification)} />
    </>
  );
}

function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  const say = useSay();
  const { language } = useLanguage();
  const errors = findings.filter(({ level }) => level === "error").length;
  const state = errors === 0 ? "True" : "Unknown";
  const label = errors === 0 ? say(editorWords.valid) : say(editorWords.problems, { count: errors });
  return (
    <Panel title={<State state={state} label={label} />}>
      <ul className={styles["findings"]}>
        {findings.map(({ code, message, level }, at) => (
          <li key={code + at} data-level={level}>
            {message[language]}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
