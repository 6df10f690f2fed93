import { TextInput } from "@mantine/core";
import { useState } from "react";
import { DataTable, type TableColumn } from "../../ui/DataTable.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Empty } from "../../ui/Notice.tsx";
import { Panel } from "../../ui/Page.tsx";
import { observatoryWords as words } from "../../words/evaluation-observatory.ts";
import { useSay } from "../../words/language.tsx";
import { type Figure, sourceOf } from "./data.ts";

/** Every figure as printed, with all that its record says. */
export function Figures({ figures }: { readonly figures: readonly Figure[] }) {
  const say = useSay();
  const [text, setText] = useState("");
  const wanted = text.toLowerCase();
  const shown = figures.filter((each) =>
    [each.figure, each.scope, sourceOf(each), each.note].some((part) => part.toLowerCase().includes(wanted)),
  );
  const columns = useFigureColumns();
  return (
    <>
      <TextInput
        type="search"
        aria-label={say(words.search)}
        placeholder={say(words.search)}
        leftSection={<Icon name="search" />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Panel flush>
        <DataTable
          label={say(words.tabFigures)}
          columns={columns}
          rows={shown}
          rowKey={({ id }) => id}
          empty={
            <Empty icon="table" title={say(words.none)}>
              {say(words.noneBody)}
            </Empty>
          }
        />
      </Panel>
    </>
  );
}

function useFigureColumns(): TableColumn<Figure>[] {
  const say = useSay();
  return [
    {
      id: "figure",
      label: say(words.figure),
      main: true,
      order: ({ figure }) => figure,
      cell: ({ figure, note }) => (
        <>
          {figure}
          {note !== "" && <div className="soft small">{note}</div>}
        </>
      ),
    },
    { id: "value", label: say(words.value), align: "end", cell: ({ value }) => <b>{value}</b> },
    { id: "unit", label: say(words.unit), cell: ({ unit }) => unit },
    { id: "period", label: say(words.period), order: ({ period }) => period, cell: ({ period }) => period },
    { id: "scope", label: say(words.scope), cell: ({ scope }) => scope },
    {
      id: "source",
      label: say(words.source),
      order: sourceOf,
      cell: (each) => (
        <>
          {sourceOf(each)}
          {each.page !== "" && <div className="soft small">{each.page}</div>}
        </>
      ),
    },
    { id: "status", label: say(words.status), cell: ({ status }) => say(words[status]) },
  ];
}
