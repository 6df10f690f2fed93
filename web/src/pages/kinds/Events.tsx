import type { AnyResource } from "@yunhe/kernel";
import { useMemo } from "react";
import { kinds } from "../../api/client.ts";
import { useLive } from "../../api/live.ts";
import { DataTable, type TableColumn } from "../../ui/DataTable.tsx";
import { LiveMark } from "../../ui/LiveMark.tsx";
import { Empty } from "../../ui/Notice.tsx";
import { Panel } from "../../ui/Page.tsx";
import { State } from "../../ui/State.tsx";
import { Ago } from "../../ui/Time.tsx";
import { kindsWords } from "../../words/kinds.ts";
import { commonWords } from "../../words/common.ts";
import { reasonWords } from "../../words/states.ts";
import { useLanguage, useSay } from "../../words/language.tsx";

interface EventObject extends AnyResource {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly messageZh?: string;
  readonly count?: number;
  readonly lastTimestamp?: string | null;
  readonly source?: { readonly component?: string };
}

/** What happened to an object lately. */
export default function Events({ object }: { readonly object: AnyResource }) {
  const say = useSay();
  const { uid, namespace } = object.metadata;
  const live = useLive<EventObject>(kinds.events, {
    namespace: namespace ?? "default",
    fieldSelector: `involvedObject.uid=${uid}`,
  });
  const columns = useEventColumns();
  return (
    <Panel title={say(kindsWords.events)} actions={<LiveMark live={live} />} flush>
      <DataTable
        label={say(kindsWords.events)}
        rows={live.items}
        loading={live.state === "loading"}
        rowKey={({ metadata }) => metadata.uid}
        firstSort={{ id: "when", descending: true }}
        empty={<Empty icon="clock" title={say(kindsWords.eventsNone)} />}
        columns={columns}
      />
    </Panel>
  );
}

const when = (event: EventObject): string => event.lastTimestamp ?? event.metadata.creationTimestamp;

function useEventColumns(): readonly TableColumn<EventObject>[] {
  const say = useSay();
  const { language } = useLanguage();
  return useMemo(
    () => [
      {
        id: "when",
        label: say(kindsWords.eventWhen),
        order: (event) => Date.parse(when(event)),
        cell: (event) => <Ago time={when(event)} />,
      },
      {
        id: "type",
        label: say(commonWords.status),
        cell: ({ type }) => <State state={type ?? "Normal"} />,
      },
      {
        id: "why",
        label: say(kindsWords.eventWhy),
        cell: ({ reason = "" }) => (reasonWords[reason] ? say(reasonWords[reason]) : reason),
      },
      {
        id: "what",
        label: say(kindsWords.eventWhat),
        main: true,
        cell: ({ message, messageZh }) => (language === "zh" ? (messageZh ?? message) : message),
      },
      { id: "count", label: say(kindsWords.eventCount), align: "end", cell: ({ count }) => count },
      {
        id: "who",
        label: say(kindsWords.eventWho),
        wideOnly: true,
        cell: ({ source }) => source?.component,
      },
    ],
    [say, language],
  );
}
