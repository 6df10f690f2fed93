import { Link } from "@tanstack/react-router";
import { allProjects, useProject } from "../../shell/project.ts";
import { DataTable, type TableColumn } from "../../ui/DataTable.tsx";
import { Empty } from "../../ui/Notice.tsx";
import { Panel } from "../../ui/Page.tsx";
import { State } from "../../ui/State.tsx";
import { Ago } from "../../ui/Time.tsx";
import { commonWords } from "../../words/common.ts";
import { evaluationWords as words } from "../../words/evaluation.ts";
import { useFormats, useLanguage, useSay } from "../../words/language.tsx";
import type { Words } from "../../words/words.ts";
import type { DataSetObject, EvaluationObject, SpecificationObject } from "./api.ts";
import { SyntheticMark } from "./SyntheticMark.tsx";

/** A column with the project, where objects of all are shown. */
function useProjectColumn<
  Row extends { readonly metadata: { readonly namespace?: string } },
>(): TableColumn<Row>[] {
  const say = useSay();
  if (useProject() !== allProjects) return [];
  return [{ id: "project", label: say(commonWords.project), cell: ({ metadata }) => metadata.namespace }];
}

interface ListProps<Item> {
  readonly items: readonly Item[];
  readonly loading: boolean;
}

function useRunColumns(): TableColumn<EvaluationObject>[] {
  const say = useSay();
  const formats = useFormats();
  const project = useProjectColumn<EvaluationObject>();
  return [
    {
      id: "name",
      label: say(commonWords.name),
      main: true,
      order: ({ metadata }) => metadata.name,
      cell: ({ metadata }) => (
        <Link
          to="/evaluation/runs/$namespace/$name"
          params={{ namespace: metadata.namespace ?? "", name: metadata.name }}
        >
          {metadata.name}
        </Link>
      ),
    },
    ...project,
    {
      id: "phase",
      label: say(commonWords.status),
      cell: ({ status }) => (
        <>
          <State state={status?.phase ?? "Waiting"} />
          {status?.phase === "Running" && (
            <span className="soft"> {formats.percent(status.progress ?? 0)}</span>
          )}
          {status?.synthetic === true && <SyntheticMark />}
        </>
      ),
    },
    { id: "specification", label: say(words.specification), cell: ({ spec }) => spec.specification },
    { id: "data", label: say(words.data), cell: ({ spec }) => spec.dataSet },
    {
      id: "age",
      label: say(commonWords.created),
      align: "end",
      order: ({ metadata }) => Date.parse(metadata.creationTimestamp),
      cell: ({ metadata }) => <Ago time={metadata.creationTimestamp} />,
    },
  ];
}

export function Runs({
  runs,
  loading,
}: {
  readonly runs: readonly EvaluationObject[];
  readonly loading: boolean;
}) {
  const say = useSay();
  const columns = useRunColumns();
  return (
    <Panel title={say(words.evaluations)} flush>
      <DataTable
        label={say(words.evaluations)}
        columns={columns}
        rows={runs}
        rowKey={({ metadata }) => metadata.uid}
        loading={loading}
        firstSort={{ id: "age", descending: true }}
        empty={<Empty icon="play" title={say(words.noRuns)} />}
      />
    </Panel>
  );
}

function useSpecificationColumns(): TableColumn<SpecificationObject>[] {
  const say = useSay();
  const { language } = useLanguage();
  const project = useProjectColumn<SpecificationObject>();
  return [
    {
      id: "name",
      label: say(commonWords.name),
      main: true,
      cell: ({ metadata, status }) => (
        <>
          <Link
            to="/evaluation/specifications/$namespace/$name"
            params={{ namespace: metadata.namespace ?? "", name: metadata.name }}
          >
            {metadata.name}
          </Link>
          <div className="soft small">{status?.title?.[language]}</div>
        </>
      ),
    },
    ...project,
    {
      id: "indicators",
      label: say(words.indicators),
      align: "end",
      cell: ({ status }) => status?.indicators,
    },
    { id: "indices", label: say(words.indices), align: "end", cell: ({ status }) => status?.indices },
    {
      id: "computable",
      label: say(commonWords.status),
      cell: ({ status }) =>
        status?.computable === undefined ? null : (
          <State
            state={status.computable ? "True" : "Unknown"}
            label={say(status.computable ? words.computable : words.incomplete)}
          />
        ),
    },
  ];
}

export function Specifications({ items, loading }: ListProps<SpecificationObject>) {
  const say = useSay();
  const columns = useSpecificationColumns();
  return (
    <Panel title={say(words.specifications)} flush>
      <DataTable
        label={say(words.specifications)}
        columns={columns}
        rows={items}
        rowKey={({ metadata }) => metadata.uid}
        loading={loading}
      />
    </Panel>
  );
}

const sourceWords: Readonly<Record<string, Words>> = {
  file: words.sourceFile,
  inline: words.sourceInline,
  demonstration: words.sourceDemonstration,
  fleet: words.sourceFleet,
};

function useDataSetColumns(): TableColumn<DataSetObject>[] {
  const say = useSay();
  const project = useProjectColumn<DataSetObject>();
  return [
    {
      id: "name",
      label: say(commonWords.name),
      main: true,
      cell: ({ metadata }) => (
        <Link
          to="/kinds/$kind/$namespace/$name"
          params={{
            kind: "datasets.evaluation.yunhe.dev",
            namespace: metadata.namespace ?? "",
            name: metadata.name,
          }}
        >
          {metadata.name}
        </Link>
      ),
    },
    ...project,
    { id: "specification", label: say(words.specification), cell: ({ spec }) => spec.specification },
    {
      id: "source",
      label: say(words.source),
      cell: ({ spec, status }) => (
        <>
          {say(sourceWords[spec.source.type] ?? words.source)}
          {status?.synthetic === true && <SyntheticMark />}
        </>
      ),
    },
    { id: "cells", label: say(words.cells), align: "end", cell: ({ status }) => status?.cells },
    { id: "missing", label: say(words.missing), align: "end", cell: ({ status }) => status?.missing },
    {
      id: "ready",
      label: say(commonWords.status),
      cell: ({ status }) => {
        const state = status?.conditions?.find(({ type }) => type === "Ready")?.status;
        return state === undefined ? null : <State state={state === "True" ? "Ready" : "NotReady"} />;
      },
    },
  ];
}

export function DataSets({ items, loading }: ListProps<DataSetObject>) {
  const say = useSay();
  const columns = useDataSetColumns();
  return (
    <Panel title={say(words.dataSets)} flush>
      <DataTable
        label={say(words.dataSets)}
        columns={columns}
        rows={items}
        rowKey={({ metadata }) => metadata.uid}
        loading={loading}
        empty={<Empty icon="file" title={say(words.noData)} />}
      />
    </Panel>
  );
}
