import type { KindDescription } from "@yunhe/client";
import { useMemo } from "react";
import { Link } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { kindKey } from "../../api/client.ts";
import { kindsQuery } from "../../api/kinds.ts";
import { DataTable, type TableColumn } from "../../ui/DataTable.tsx";
import { Page, Panel } from "../../ui/Page.tsx";
import { Problem } from "../../ui/Problem.tsx";
import { kindsWords } from "../../words/kinds.ts";
import { useLanguage, useSay } from "../../words/language.tsx";

export default function KindsPage() {
  const say = useSay();
  const { data = [], error, isPending } = useQuery(kindsQuery);
  const columns = useColumns();
  const groups = Map.groupBy(data, ({ group }) => group);
  return (
    <Page title={say(kindsWords.title)} lead={say(kindsWords.lead)}>
      <Problem error={error} />
      {[...groups].map(([group, kinds]) => (
        <Panel key={group} title={<code>{group === "" ? "v1" : group}</code>} flush>
          <DataTable label={group} rows={kinds} loading={isPending} rowKey={kindKey} columns={columns} />
        </Panel>
      ))}
    </Page>
  );
}

function useColumns(): readonly TableColumn<KindDescription>[] {
  const say = useSay();
  const { language } = useLanguage();
  return useMemo(
    () => [
      {
        id: "kind",
        label: say(kindsWords.kind),
        main: true,
        order: ({ words }) => words[language],
        cell: (kind) => (
          <Link to="/kinds/$kind" params={{ kind: kindKey(kind) }}>
            {kind.words[language]} <span className="soft small">{kind.kind}</span>
          </Link>
        ),
      },
      {
        id: "description",
        label: say(kindsWords.description),
        cell: ({ description }) => description[language],
      },
      {
        id: "scope",
        label: say(kindsWords.scope),
        cell: ({ namespaced }) => say(namespaced ? kindsWords.scopeProject : kindsWords.scopeCluster),
      },
    ],
    [say, language],
  );
}
