import { Button } from "@mantine/core";
import { useState } from "react";
import { useLive } from "../../api/live.ts";
import { useNamespace } from "../../shell/project.ts";
import { Icon } from "../../ui/Icon.tsx";
import { LiveMark } from "../../ui/LiveMark.tsx";
import { Empty } from "../../ui/Notice.tsx";
import { Page } from "../../ui/Page.tsx";
import { evaluationWords as words } from "../../words/evaluation.ts";
import { useSay } from "../../words/language.tsx";
import {
  type DataSetObject,
  type EvaluationObject,
  evaluationKinds,
  type SpecificationObject,
} from "./api.ts";
import { AddTemplate } from "./AddTemplate.tsx";
import { ImportData } from "./ImportData.tsx";
import { DataSets, Runs, Specifications } from "./lists.tsx";
import { StartRun } from "./StartRun.tsx";

type Dialog = "template" | "import" | "run" | undefined;

/** Specifications, data and what was computed from them. */
export default function EvaluationPage() {
  const say = useSay();
  const namespace = useNamespace();
  const [dialog, setDialog] = useState<Dialog>();
  const specifications = useLive<SpecificationObject>(evaluationKinds.specifications, { namespace });
  const dataSets = useLive<DataSetObject>(evaluationKinds.dataSets, { namespace });
  const runs = useLive<EvaluationObject>(evaluationKinds.evaluations, { namespace });
  const isEmpty = specifications.state === "live" && specifications.items.length === 0;
  const add = (
    <Button leftSection={<Icon name="plus" />} onClick={() => setDialog("template")}>
      {say(words.add)}
    </Button>
  );
  return (
    <Page
      title={say(words.title)}
      lead={say(words.lead)}
      beside={<LiveMark live={runs} />}
      actions={
        !isEmpty && (
          <>
            <Button
              variant="default"
              leftSection={<Icon name="upload" />}
              onClick={() => setDialog("import")}
            >
              {say(words.upload)}
            </Button>
            <Button variant="default" onClick={() => setDialog("template")}>
              {say(words.add)}
            </Button>
            <Button leftSection={<Icon name="play" />} onClick={() => setDialog("run")}>
              {say(words.evaluate)}
            </Button>
          </>
        )
      }
    >
      {isEmpty ? (
        <Empty icon="table" title={say(words.noSpecifications)} actions={add}>
          {say(words.noSpecificationsBody)}
        </Empty>
      ) : (
        <>
          <Runs runs={runs.items} loading={runs.state === "loading"} />
          <Specifications items={specifications.items} loading={specifications.state === "loading"} />
          <DataSets items={dataSets.items} loading={dataSets.state === "loading"} />
        </>
      )}
      {dialog === "template" && <AddTemplate onClose={() => setDialog(undefined)} />}
      {dialog === "import" && (
        <ImportData specifications={specifications.items} onClose={() => setDialog(undefined)} />
      )}
      {dialog === "run" && (
        <StartRun
          specifications={specifications.items}
          dataSets={dataSets.items}
          onClose={() => setDialog(undefined)}
        />
      )}
    </Page>
  );
}
