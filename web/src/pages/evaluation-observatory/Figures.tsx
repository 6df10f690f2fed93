import { TextInput } from "@mantine/core";
import { useState } from "react";
import { DataTable, type TableColumn } from "../../ui/DataTable.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Empty } from "../../ui/Notice.tsx";
import { Panel } from "../../ui/Page.tsx";
import { observatoryWords as words } from "../../words/evaluation-observatory.ts";
import { useLanguage, useSay } from "../../words/language.tsx";
import { type Figure, readIn, sourceOf } from "./data.ts";

/** Every figure as printed, with all that its record says. */
export function Figures({ figures }: { readonly figures: readonly Figure[] }) {
  const say = useSay();
  const read = readIn[useLanguage().language];
  const [text, setText] = useState("");
  const wanted = text.toLowerCase();
  const shown = figures.filter((each) =>
    [each.figure, read.name(each.figure), each.scope, read.scope(each.scope), sourceOf(each), each.note].some(
      (part) => part.toLowerCase().includes(wanted),
    ),
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
  const read = readIn[useLanguage().language];
  return [
    {
      id: "figure",
      label: say(words.figure),
      main: true,
      order: ({ figure }) => figure,
      cell: ({ figure, note }) => (
        <>
          {read.name(figure)}
          {note !== "" && <div className="soft small">{note}</div>}
        </>
      ),
    },
    {
      id: "value",
      label: say(words.value),
      align: "end",
      cell: ({ value }) => <b className="unbroken">{value}</b>,
    },
    { id: "unit", label: say(words.unit), cell: ({ unit }) => <Unbroken text={read.unit(unit)} /> },
    {
      id: "period",
      label: say(words.period),
      order: ({ period }) => period,
      cell: ({ period }) => <Unbroken text={period} />,
    },
    { id: "scope", label: say(words.scope), cell: ({ scope }) => read.scope(scope) },
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
    { id: "status", label: say(words.status), cell: ({ status }) => <Unbroken text={say(words[status])} /> },
  ];
}

const Unbroken = ({ text }: { readonly text: string }) => <span className="unbroken">{text}</span>;
