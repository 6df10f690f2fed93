import { Button, Menu, Tabs } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { yunhe } from "../../api/client.ts";
import { useLiveObject } from "../../api/live.ts";
import { Back } from "../../ui/Back.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { LiveMark } from "../../ui/LiveMark.tsx";
import { Meter } from "../../ui/Meter.tsx";
import { Empty, Notice } from "../../ui/Notice.tsx";
import { Page, Panel } from "../../ui/Page.tsx";
import { Problem } from "../../ui/Problem.tsx";
import { Select } from "../../ui/Select.tsx";
import { State } from "../../ui/State.tsx";
import { commonWords } from "../../words/common.ts";
import { evaluationWords as words } from "../../words/evaluation.ts";
import { studyWords } from "../../words/evaluation-study.ts";
import { useFormats, useLanguage, useSay } from "../../words/language.tsx";
import type { Words } from "../../words/words.ts";
import {
  type EvaluationObject,
  evaluationKinds,
  exportPath,
  resultQuery,
  type WorkResult,
} from "../evaluation/api.ts";
import styles from "../evaluation/evaluation.module.css";
import { SyntheticMark } from "../evaluation/SyntheticMark.tsx";
import { Coherence } from "./Coherence.tsx";
import { Contributions } from "./Contributions.tsx";
import { Heat } from "./Heat.tsx";
import { Profile } from "./Profile.tsx";
import { RankFlow } from "./RankFlow.tsx";
import { Ranking } from "./Ranking.tsx";
import { RegionMap } from "./RegionMap.tsx";
import { Robustness } from "./Robustness.tsx";
import { evaluationRunRoute, type RunTab, runTabs } from "./route.ts";
import { indicesOf, periodsOf, type RunView, viewOf } from "./run-data.ts";
import runStyles from "./run.module.css";
import { Scenario } from "./Scenario.tsx";
import { TreatmentLog } from "./TreatmentLog.tsx";
import { Variants } from "./Variants.tsx";

/** One evaluation: while it runs its progress, then everything that can be seen of its result. */
export default function RunPage() {
  const say = useSay();
  const { namespace, name } = evaluationRunRoute.useParams();
  const live = useLiveObject<EvaluationObject>(evaluationKinds.evaluations, namespace, name);
  const run = live.item;
  const back = <Back to="/evaluation">{say(words.back)}</Back>;
  const phase = run?.status?.phase;
  if (live.missing)
    return (
      <Page title={name} before={back}>
        <Empty icon="search" title={say(commonWords.notFoundDo)} />
      </Page>
    );
  return (
    <Page
      title={name}
      before={back}
      beside={
        <>
          {run && <State state={phase ?? "Waiting"} />}
          {run?.status?.synthetic === true && <SyntheticMark />}
          <LiveMark live={live} />
        </>
      }
      actions={run && <RunActions run={run} />}
    >
      {run?.status?.synthetic === true && <Notice>{say(words.syntheticNote)}</Notice>}
      {(phase === "Running" || phase === "Pending") && <Progress run={run!} />}
      {(phase === "Failed" || phase === "Cancelled") && <Ended run={run!} />}
      {run?.status?.result && <Result run={run} sha256={run.status.result.sha256} />}
    </Page>
  );
}

const steps: Readonly<Record<string, Words>> = {
  scores: words.stepScores,
  uncertainty: words.stepUncertainty,
  sensitivity: words.stepSensitivity,
  removal: words.stepRemoval,
  bundle: words.stepBundle,
};

function Progress({ run }: { readonly run: EvaluationObject }) {
  const say = useSay();
  const formats = useFormats();
  const { step = "scores", progress = 0 } = run.status ?? {};
  const label = say(steps[step] ?? words.stepScores);
  return (
    <Panel>
      <div className={runStyles["progress"]}>
        <Meter label={label} part={progress} text={formats.percent(progress)} />
      </div>
    </Panel>
  );
}

function Ended({ run }: { readonly run: EvaluationObject }) {
  const { language } = useLanguage();
  const { conditions = [], findings = [] } = run.status ?? {};
  const message = language === "zh" ? conditions[0]?.messageZh : conditions[0]?.message;
  return (
    <>
      {message !== undefined && <Notice>{message}</Notice>}
      {findings.length > 0 && (
        <Panel>
          <ul className={styles["findings"]}>
            {findings.map((finding, at) => (
              <li key={finding.code + at} data-level={finding.level}>
                {language === "zh" ? finding.messageZh : finding.message}
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}

const exports = [
  ["xlsx", words.workbook],
  ["csv", words.scoresCsv],
  ["html", words.report],
  ["svg", words.picture],
  ["json", words.result],
  ["bundle", words.bundle],
] as const;

function RunActions({ run }: { readonly run: EvaluationObject }) {
  const say = useSay();
  const { language } = useLanguage();
  const { name, namespace = "" } = run.metadata;
  const phase = run.status?.phase;
  const cancel = useMutation({
    mutationFn: () => yunhe.resources(evaluationKinds.evaluations).act(namespace, name, "cancel"),
  });
  if (phase === "Running" || phase === "Pending")
    return (
      <>
        <Problem error={cancel.error} />
        <Button
          color="crown"
          variant="light"
          leftSection={<Icon name="stop" />}
          loading={cancel.isPending}
          onClick={() => cancel.mutate()}
        >
          {say(words.cancelRun)}
        </Button>
      </>
    );
  if (!run.status?.result) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<Icon name="download" />}>
          {say(words.export)}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {exports.map(([format, label]) => (
          <Menu.Item key={format} component="a" href={exportPath(namespace, name, format, language)} download>
            {say(label)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Result({ run, sha256 }: { readonly run: EvaluationObject; readonly sha256: string }) {
  const say = useSay();
  const { name, namespace = "" } = run.metadata;
  const { data, error } = useQuery(resultQuery(namespace, name, sha256));
  if (error) return <Problem error={error} />;
  if (!data) return <p className="soft">{say(commonWords.loading)}</p>;
  return <ResultViews run={run} work={data} sha256={sha256} />;
}

const tabWords: Readonly<Record<RunTab, Words>> = {
  ranking: words.tabRanking,
  map: words.tabMap,
  contributions: words.tabContributions,
  heat: words.tabHeat,
  flow: words.tabFlow,
  profile: words.tabProfile,
  scenario: studyWords.tabScenario,
  variants: studyWords.tabVariants,
  robustness: words.tabRobustness,
  coherence: words.tabCoherence,
  log: words.tabLog,
};

function ResultViews({
  run,
  work,
  sha256,
}: {
  readonly run: EvaluationObject;
  readonly work: WorkResult;
  readonly sha256: string;
}) {
  const say = useSay();
  const { language } = useLanguage();
  const navigate = useNavigate();
  const search = evaluationRunRoute.useSearch();
  const indices = indicesOf(work.result);
  const index = indices.find(({ id }) => id === (search.index ?? run.spec.robustness?.index)) ?? indices[0];
  const periods = index ? periodsOf(work.result, index.id) : [];
  const period = periods.includes(search.period ?? "") ? search.period! : (periods.at(-1) ?? "");
  const view = index && viewOf(work, { index: index.id, period }, language, run.metadata.name);
  const choose = (change: object): void =>
    void navigate({ to: ".", search: (before) => ({ ...before, ...change }), replace: true });
  if (!view) return <Empty title={say(commonWords.none)} />;
  const tab = search.tab ?? "ranking";
  return (
    <>
      <div className={styles["choices"]}>
        <Select
          label={say(words.index)}
          value={view.index.id}
          options={indices.map((each) => ({ value: each.id, label: each.label[language] }))}
          onChange={(id) => choose({ index: id, entity: undefined })}
        />
        <Select
          label={say(words.period)}
          value={period}
          options={periods.map((each) => ({ value: each, label: each }))}
          onChange={(value) => choose({ period: value })}
        />
      </div>
      {view.index.standing === "extension" && <Notice tone="info">{say(words.extension)}</Notice>}
      <Tabs
        value={tab}
        onChange={(value) => choose({ tab: value === "ranking" ? undefined : value })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {runTabs.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {say(tabWords[each])}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      <View tab={tab} view={view} run={run} sha256={sha256} entity={search.entity} />
    </>
  );
}

interface ViewProps {
  readonly tab: RunTab;
  readonly view: RunView;
  readonly run: EvaluationObject;
  readonly sha256: string;
  readonly entity: string | undefined;
}

function View({ tab, view, run, sha256, entity }: ViewProps) {
  const { name, namespace = "" } = run.metadata;
  const address = { project: namespace, run: name, sha256 };
  switch (tab) {
    case "ranking":
      return <Ranking view={view} />;
    case "map":
      return <RegionMap view={view} />;
    case "contributions":
      return <Contributions view={view} />;
    case "heat":
      return <Heat view={view} />;
    case "flow":
      return <RankFlow view={view} address={address} />;
    case "profile":
      return <Profile view={view} address={address} entity={entity} />;
    case "scenario":
      return <Scenario view={view} address={address} entity={entity} />;
    case "variants":
      return <Variants view={view} address={address} />;
    case "robustness":
      return <Robustness view={view} address={address} />;
    case "coherence":
      return <Coherence view={view} />;
    case "log":
      return <TreatmentLog view={view} />;
  }
}
