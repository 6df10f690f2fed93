import type { IdentifierFacts } from "@yunhe/client";
import { Checkbox, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMemo, useState } from "react";
import { useIdentifiers } from "../../api/fleet.ts";
import { CopyText } from "../../ui/Copy.tsx";
import { DataTable, type TableColumn } from "../../ui/DataTable.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Empty } from "../../ui/Notice.tsx";
import { Panel } from "../../ui/Page.tsx";
import { Problem } from "../../ui/Problem.tsx";
import { Select } from "../../ui/Select.tsx";
import { State } from "../../ui/State.tsx";
import { commonWords } from "../../words/common.ts";
import { fleetWords } from "../../words/fleet.ts";
import { useFormats, useSay } from "../../words/language.tsx";
import styles from "./Identifiers.module.css";

const typeWords = {
  pool: fleetWords.typePool,
  node: fleetWords.typeNode,
  device: fleetWords.typeDevice,
} as const;

/** Compute identifiers: searched by what they are, resolved to what is free there. */
export function Identifiers() {
  const say = useSay();
  const [text, setText] = useState("");
  const [type, setType] = useState("");
  const [onlyFree, setOnlyFree] = useState(false);
  const [q] = useDebouncedValue(text.trim(), 200);
  const { data, error } = useIdentifiers({ q, type, ...(onlyFree ? { free: "true" } : {}) });
  const columns = useIdentifierColumns();
  const types = [
    { value: "", label: `${say(fleetWords.type)}: ${say(commonWords.any)}` },
    ...(["pool", "node", "device"] as const).map((value) => ({ value, label: say(typeWords[value]) })),
  ];
  return (
    <Panel title={say(fleetWords.identifiers)} flush>
      <div className={styles["bar"]}>
        <p className="soft small">{say(fleetWords.identifiersLead)}</p>
        <TextInput
          className={styles["text"]}
          aria-label={say(fleetWords.searchIdentifiers)}
          placeholder={say(fleetWords.searchIdentifiers)}
          leftSection={<Icon name="search" />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Select label={say(fleetWords.type)} quiet value={type} options={types} onChange={setType} />
        <Checkbox
          label={say(fleetWords.onlyFree)}
          checked={onlyFree}
          onChange={(event) => setOnlyFree(event.currentTarget.checked)}
        />
      </div>
      <Problem error={error} />
      <DataTable
        label={say(fleetWords.identifiers)}
        columns={columns}
        rows={data ?? []}
        loading={data === undefined && error === null}
        rowKey={({ identifier }) => identifier}
        empty={<Empty icon="search" title={say(fleetWords.noIdentifiers)} />}
      />
    </Panel>
  );
}

function useIdentifierColumns(): readonly TableColumn<IdentifierFacts>[] {
  const say = useSay();
  const { percent, bytes, number } = useFormats();
  return useMemo(
    () => [
      {
        id: "identifier",
        label: say(fleetWords.identifier),
        main: true,
        order: ({ identifier }) => identifier,
        cell: ({ identifier }) => <CopyText text={identifier} />,
      },
      {
        id: "type",
        label: say(fleetWords.type),
        order: ({ type }) => type,
        cell: ({ type }) => say(typeWords[type]),
      },
      {
        id: "model",
        label: say(fleetWords.model),
        cell: ({ model, architecture }) => model ?? architecture ?? "",
      },
      {
        id: "memory",
        label: say(commonWords.memory),
        align: "end",
        order: ({ memoryBytes }) => memoryBytes,
        cell: ({ memoryBytes }) => (memoryBytes === undefined ? "" : bytes(memoryBytes)),
      },
      {
        id: "place",
        label: say(fleetWords.place),
        wideOnly: true,
        cell: ({ provider, region, jurisdiction }) =>
          [provider, region, jurisdiction].filter((each) => each !== "").join(" · "),
      },
      {
        id: "ready",
        label: say(commonWords.status),
        cell: ({ ready }) => <State state={ready ? "Ready" : "NotReady"} />,
      },
      {
        id: "free",
        label: say(commonWords.free),
        align: "end",
        order: ({ free }) => free,
        cell: ({ free }) => percent(free),
      },
      {
        id: "price",
        label: say(fleetWords.price),
        align: "end",
        cell: ({ pricePerHour, currency }) =>
          pricePerHour === undefined ? (
            <span className="soft">{say(fleetWords.notPriced)}</span>
          ) : (
            `${number(Number(pricePerHour), 9)} ${currency}`
          ),
      },
    ],
    [say, percent, bytes, number],
  );
}
