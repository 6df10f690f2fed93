import type { AuditEntry } from "@yunhe/client";
import { auditPage } from "@yunhe/client";
import { Button, Checkbox, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { kindKey, yunhe } from "../../api/client.ts";
import { useKinds } from "../../api/kinds.ts";
import { hasRole, useSession } from "../../api/session.ts";
import { useWritableProject } from "../../shell/project.ts";
import { DataTable, type TableColumn } from "../../ui/DataTable.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Empty } from "../../ui/Notice.tsx";
import { Page, Panel } from "../../ui/Page.tsx";
import { Problem } from "../../ui/Problem.tsx";
import { Select } from "../../ui/Select.tsx";
import { State } from "../../ui/State.tsx";
import { auditWords } from "../../words/access.ts";
import { commonWords } from "../../words/common.ts";
import { useFormats, useLanguage, useSay } from "../../words/language.tsx";
import styles from "./audit.module.css";
import { StoreChecks } from "./StoreChecks.tsx";
import { VerifyChain } from "./VerifyChain.tsx";

const pageEntries = 200;
const enoughEntries = 25;
const mostPages = 20;

export default function AuditPage() {
  const say = useSay();
  const session = useSession();
  const project = useWritableProject();
  const mayAll = hasRole(session, "viewer");
  const [onlyProject, setOnlyProject] = useState(!mayAll);
  const namespace = onlyProject ? project : undefined;
  const [filters, setFilters] = useState({ actor: "", kind: "", name: "" });
  const [onlyPeople, setOnlyPeople] = useState(true);
  const [wanted] = useDebouncedValue(filters, 250);
  const pages = useInfiniteQuery({
    queryKey: ["audit", namespace, wanted],
    queryFn: ({ pageParam, signal }) =>
      auditPage(yunhe.transport, { ...wanted, namespace, before: pageParam, limit: pageEntries, signal }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => (page.length < pageEntries ? undefined : page.at(-1)?.sequence),
  });
  const entries = useMemo(() => pages.data?.pages.flat() ?? [], [pages.data]);
  const shown = entries.filter(({ actor }) => !onlyPeople || !actor.startsWith("system:"));
  const columns = useAuditColumns();
  useFill(pages, shown.length);
  return (
    <Page
      title={say(auditWords.title)}
      lead={say(auditWords.lead)}
      actions={
        <Button variant="default" leftSection={<Icon name="retry" />} onClick={() => void pages.refetch()}>
          {say(auditWords.refresh)}
        </Button>
      }
    >
      {hasRole(session, "operator") && <StoreChecks />}
      <VerifyChain />
      <div className={styles["filters"]}>
        <Filter
          label={say(auditWords.actorFilter)}
          value={filters.actor}
          onChange={(actor) => setFilters({ ...filters, actor })}
        />
        <KindFilter value={filters.kind} onChange={(kind) => setFilters({ ...filters, kind })} />
        <Filter
          label={say(auditWords.nameFilter)}
          value={filters.name}
          onChange={(name) => setFilters({ ...filters, name })}
        />
        {mayAll && (
          <Checkbox
            label={say(auditWords.onlyProject, { project })}
            checked={onlyProject}
            onChange={(event) => setOnlyProject(event.currentTarget.checked)}
          />
        )}
        <Checkbox
          label={say(auditWords.onlyPeople)}
          checked={onlyPeople}
          onChange={(event) => setOnlyPeople(event.currentTarget.checked)}
        />
      </div>
      <Problem error={pages.error} onRetry={() => void pages.refetch()} />
      <Panel flush>
        <DataTable
          label={say(auditWords.title)}
          columns={columns}
          rows={shown}
          loading={pages.isPending}
          rowKey={({ sequence }) => String(sequence)}
          empty={
            <Empty icon="audit" title={say(auditWords.none)}>
              {say(auditWords.noneBody)}
            </Empty>
          }
        />
      </Panel>
      {pages.hasNextPage && (
        <div>
          <Button
            variant="default"
            loading={pages.isFetchingNextPage}
            onClick={() => void pages.fetchNextPage()}
          >
            {say(auditWords.more)}
          </Button>
        </div>
      )}
    </Page>
  );
}

interface FilterProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

const Filter = ({ label, value, onChange }: FilterProps) => (
  <TextInput
    type="search"
    aria-label={label}
    placeholder={label}
    value={value}
    onChange={(event) => onChange(event.currentTarget.value)}
  />
);

function KindFilter({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (kind: string) => void;
}) {
  const say = useSay();
  const { language } = useLanguage();
  const kinds = useKinds();
  const options = [
    { value: "", label: `${say(auditWords.kindFilter)}: ${say(commonWords.any)}` },
    ...kinds.map((kind) => ({ value: kindKey(kind), label: kind.words[language] })),
  ];
  return (
    <Select label={say(auditWords.kindFilter)} quiet value={value} options={options} onChange={onChange} />
  );
}

function useAuditColumns(): readonly TableColumn<AuditEntry>[] {
  const say = useSay();
  const { dateTime } = useFormats();
  return useMemo(
    () => [
      { id: "sequence", label: say(auditWords.sequence), align: "end", cell: ({ sequence }) => sequence },
      {
        id: "when",
        label: say(auditWords.when),
        cell: ({ timeMs }) => <span style={{ whiteSpace: "nowrap" }}>{dateTime(timeMs)}</span>,
      },
      { id: "who", label: say(auditWords.who), cell: ({ actor }) => actor },
      {
        id: "did",
        label: say(auditWords.did),
        main: true,
        cell: ({ verb, kind, subresource }) =>
          `${verb} ${kind.split(".")[0]}${subresource === "" ? "" : `/${subresource}`}`,
      },
      {
        id: "what",
        label: say(auditWords.toWhat),
        cell: ({ namespace, name }) => (namespace === "" ? name : `${namespace}/${name}`),
      },
      {
        id: "outcome",
        label: say(auditWords.outcome),
        cell: ({ outcome }) => {
          const isAllowed = outcome === "allowed";
          return (
            <span title={outcome}>
              <State
                state={isAllowed ? "True" : "False"}
                label={say(isAllowed ? auditWords.allowed : auditWords.denied)}
              />
            </span>
          );
        },
      },
      {
        id: "hash",
        label: say(auditWords.hash),
        wideOnly: true,
        cell: ({ hash }) => <code title={hash}>{hash.slice(0, 12)}</code>,
      },
    ],
    [say, dateTime],
  );
}

/** Loads on while what is hidden leaves too little to see, up to some thousands of entries. */
function useFill({ data, hasNextPage, isFetching, fetchNextPage }: Pages, shown: number): void {
  const wants = shown < enoughEntries && hasNextPage && !isFetching && (data?.pages.length ?? 0) < mostPages;
  useEffect(() => {
    if (wants) void fetchNextPage();
  }, [wants, fetchNextPage]);
}

interface Pages {
  readonly data: { readonly pages: readonly unknown[] } | undefined;
  readonly hasNextPage: boolean;
  readonly isFetching: boolean;
  readonly fetchNextPage: () => Promise<unknown>;
}
