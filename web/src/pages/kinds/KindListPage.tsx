import type { AnyResource } from "@yunhe/kernel";
import type { KindDescription } from "@yunhe/client";
import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { kindKey } from "../../api/client.ts";
import { valueAtColumn } from "../../api/column.ts";
import { kindsQuery, useKind } from "../../api/kinds.ts";
import { useLive } from "../../api/live.ts";
import { hasRole, useSession } from "../../api/session.ts";
import { useNamespace } from "../../shell/project.ts";
import { Back } from "../../ui/Back.tsx";
import { DataTable, type TableColumn } from "../../ui/DataTable.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { LiveMark } from "../../ui/LiveMark.tsx";
import { Empty } from "../../ui/Notice.tsx";
import { scalarText } from "../../ui/form/shape.ts";
import { Page, Panel } from "../../ui/Page.tsx";
import { Problem } from "../../ui/Problem.tsx";
import { commonWords } from "../../words/common.ts";
import { kindsWords } from "../../words/kinds.ts";
import { useLanguage, useSay } from "../../words/language.tsx";
import { kindListRoute } from "./routes.ts";
import { Value } from "./Value.tsx";

export default function KindListPage() {
  const say = useSay();
  const { kind: key } = kindListRoute.useParams();
  const { isPending, error } = useQuery(kindsQuery);
  const kind = useKind(key);
  if (kind) return <KindList key={key} kind={kind} />;
  if (isPending) return <Page title={key}>{say(commonWords.loading)}</Page>;
  return (
    <Page title={key} before={<Back to="/kinds">{say(kindsWords.title)}</Back>}>
      <Problem error={error} />
      {error === null && <Empty icon="kinds" title={say(kindsWords.noKindTitle, { kind: key })} />}
    </Page>
  );
}

function KindList({ kind }: { readonly kind: KindDescription }) {
  const say = useSay();
  const { language } = useLanguage();
  const navigate = useNavigate({ from: "/kinds/$kind" });
  const { text = "" } = kindListRoute.useSearch();
  const inProject = useNamespace();
  const namespace = kind.namespaced ? inProject : undefined;
  const live = useLive(kind, { namespace });
  const columns = useKindColumns(kind, kind.namespaced && namespace === undefined);
  const shown = useMemo(
    () => live.items.filter(({ metadata }) => metadata.name.toLowerCase().includes(text.toLowerCase())),
    [live.items, text],
  );
  const name = kind.words[language];
  const create = <CreateButton kind={kind} />;
  return (
    <Page
      title={name}
      lead={kind.description[language]}
      before={<Back to="/kinds">{say(kindsWords.title)}</Back>}
      beside={<LiveMark live={live} />}
      actions={create}
    >
      <TextInput
        type="search"
        aria-label={say(kindsWords.filter)}
        placeholder={say(kindsWords.filter)}
        leftSection={<Icon name="search" />}
        value={text}
        style={{ maxWidth: 320 }}
        onChange={(event) => {
          const next = event.currentTarget.value;
          void navigate({
            to: ".",
            search: (before) => ({ ...before, text: next === "" ? undefined : next }),
            replace: true,
          });
        }}
      />
      <Panel flush>
        <DataTable
          label={name}
          columns={columns}
          rows={shown}
          loading={live.state === "loading"}
          rowKey={({ metadata }) => metadata.uid}
          firstSort={{ id: "name", descending: false }}
          empty={
            live.items.length > 0 ? (
              <Empty icon="search" title={say(kindsWords.noMatch, { text })} />
            ) : (
              <Empty icon="kinds" title={say(kindsWords.emptyTitle, { kind: name })} actions={create}>
                {say(kind.readOnly ? kindsWords.emptyReadOnly : kindsWords.emptyBody)}
              </Empty>
            )
          }
        />
      </Panel>
    </Page>
  );
}

function CreateButton({ kind }: { readonly kind: KindDescription }) {
  const say = useSay();
  const { language } = useLanguage();
  const session = useSession();
  const project = useNamespace();
  if (kind.readOnly || !hasRole(session, "member", project)) return null;
  const to = kindKey(kind) === "tasks.compute.yunhe.dev" ? "/submit" : "/kinds/$kind/new";
  return (
    <Button
      component={Link}
      to={to}
      params={{ kind: kindKey(kind) } as never}
      leftSection={<Icon name="plus" />}
    >
      {say(kindsWords.createKind, { kind: kind.words[language] })}
    </Button>
  );
}

/** The columns of the server's own table, shown in the language of the page and with ages that go on. */
function useKindColumns(kind: KindDescription, withProject: boolean): readonly TableColumn<AnyResource>[] {
  const say = useSay();
  const { language } = useLanguage();
  return useMemo(() => {
    const name: TableColumn<AnyResource> = {
      id: "name",
      label: say(commonWords.name),
      main: true,
      order: ({ metadata }) => metadata.name,
      cell: (object) => <ObjectLink kind={kindKey(kind)} object={object} />,
    };
    const project: TableColumn<AnyResource> = {
      id: "project",
      label: say(commonWords.project),
      order: ({ metadata }) => metadata.namespace,
      cell: ({ metadata }) => metadata.namespace,
    };
    const own = kind.columns.map((column, at): TableColumn<AnyResource> => {
      const isNumber = column.type === "integer" || column.type === "number";
      return {
        id: `${at}`,
        label: column.name[language],
        ...(isNumber ? { align: "end" as const } : {}),
        ...((column.priority ?? 0) > 0 ? { wideOnly: true } : {}),
        order: (object) => sortable(valueAtColumn(object, column.path)),
        cell: (object) => <Value value={valueAtColumn(object, column.path)} column={column} />,
      };
    });
    return [name, ...(withProject ? [project] : []), ...own];
  }, [kind, withProject, language, say]);
}

const sortable = (value: unknown): string | number | undefined =>
  typeof value === "number" ? value : value === undefined ? undefined : scalarText(value);

/** To the object's page; tasks have one of their own. */
export function ObjectLink({ kind, object }: { readonly kind: string; readonly object: AnyResource }) {
  const { name, namespace } = object.metadata;
  if (kind === "tasks.compute.yunhe.dev")
    return (
      <Link to="/tasks/$namespace/$name" params={{ namespace: namespace ?? "", name }}>
        {name}
      </Link>
    );
  return (
    <Link to="/kinds/$kind/$namespace/$name" params={{ kind, namespace: namespace ?? "-", name }}>
      {name}
    </Link>
  );
}
