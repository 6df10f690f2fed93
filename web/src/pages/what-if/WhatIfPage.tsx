import { Button, Progress } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNamespace } from "../../shell/project.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Page, Panel } from "../../ui/Page.tsx";
import { Problem } from "../../ui/Problem.tsx";
import { useFormats, useSay } from "../../words/language.tsx";
import { whatIfWords as words } from "../../words/what-if.ts";
import { Changes } from "./Changes.tsx";
import { OpenbResults } from "./OpenbResults.tsx";
import { PolicyChoice } from "./PolicyChoice.tsx";
import { type Replay, useReplay } from "./replay.ts";
import { Results } from "./Results.tsx";
import { historyQuery, simulationOf, type WhatIfForm } from "./sources.ts";
import { SourceForm } from "./SourceForm.tsx";
import styles from "./what-if.module.css";

const firstForm: WhatIfForm = {
  from: "example",
  seed: "7",
  tasks: undefined,
  fleet: undefined,
  order: undefined,
  ownFleet: false,
  policies: ["yunhe", "best-fit"],
  changes: [],
};

/** Asks what is to be replayed, replays it beside the page, and shows what came out side by side. */
export default function WhatIfPage() {
  const say = useSay();
  const queries = useQueryClient();
  const project = useNamespace();
  const replay = useReplay();
  const [form, setForm] = useState(firstForm);
  const [isExample, setExample] = useState(false);
  const change = (part: Partial<WhatIfForm>): void => setForm((before) => ({ ...before, ...part }));
  const run = (): void => {
    setExample(form.from === "example");
    replay.start(() => simulationOf(form, () => queries.fetchQuery(historyQuery(project))));
  };
  const { state } = replay;
  return (
    <Page title={say(words.title)} lead={say(words.lead)}>
      <Panel title={say(words.input)}>
        <SourceForm form={form} project={project} onChange={change} />
      </Panel>
      <Panel title={say(words.policies)}>
        <PolicyChoice chosen={form.policies} onChange={(policies) => change({ policies })} />
      </Panel>
      <Panel title={say(words.changes)}>
        <Changes form={form} project={project} onChange={(changes) => change({ changes })} />
      </Panel>
      <RunBar replay={replay} canRun={form.policies.length > 0} onRun={run} />
      {state.kind === "error" && <Problem error={state.error} />}
      {state.kind === "done" &&
        (state.result.format === "trace" ? (
          <Results result={state.result} isExample={isExample} />
        ) : (
          <OpenbResults result={state.result} />
        ))}
    </Page>
  );
}

interface RunBarProps {
  readonly replay: Replay;
  readonly canRun: boolean;
  readonly onRun: () => void;
}

function RunBar({ replay: { state, cancel }, canRun, onRun }: RunBarProps) {
  const say = useSay();
  const { percent } = useFormats();
  if (state.kind !== "running") {
    return (
      <div className={styles["runBar"]}>
        <Button leftSection={<Icon name="play" />} disabled={!canRun} onClick={onRun}>
          {say(words.run)}
        </Button>
        {!canRun && <span className="soft small">{say(words.noPolicy)}</span>}
      </div>
    );
  }
  const text = say(words.running, { percent: percent(Math.floor(100 * state.part) / 100) });
  return (
    <div className={styles["runBar"]}>
      <Button variant="default" leftSection={<Icon name="stop" />} onClick={cancel}>
        {say(words.cancel)}
      </Button>
      <Progress.Root className={styles["progress"] ?? ""} size="lg">
        <Progress.Section value={100 * state.part} aria-label={text} aria-valuetext={text} />
      </Progress.Root>
      <span className="soft small" role="status">
        {text}
      </span>
    </div>
  );
}
