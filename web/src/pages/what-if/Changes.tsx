import { ActionIcon, Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { TextField } from "../../ui/form/Field.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Select } from "../../ui/Select.tsx";
import { useSay } from "../../words/language.tsx";
import { whatIfWords as words } from "../../words/what-if.ts";
import { type ChangeRow, exampleOf, historyQuery, type WhatIfForm } from "./sources.ts";
import styles from "./what-if.module.css";

interface ChangesProps {
  readonly form: WhatIfForm;
  readonly project: string | undefined;
  readonly onChange: (changes: readonly ChangeRow[]) => void;
}

const resources = [
  { value: "devices", words: words.devices },
  { value: "cpus", words: words.cpus },
  { value: "memory", words: words.memory },
  { value: "tasks", words: words.tasksAtOnce },
  { value: "weight", words: words.weight },
];

/** What is to be different in the other run: quotas and weights of queues, more nodes. */
export function Changes({ form, project, onChange }: ChangesProps) {
  const say = useSay();
  const names = useNames(form, project);
  const { changes } = form;
  const set = (at: number, part: Partial<ChangeRow>): void =>
    onChange(changes.map((row, i) => (i === at ? { ...row, ...part } : row)));
  const added: ChangeRow = { subject: "queue", name: names.queues[0] ?? "", what: "devices", amount: "+20" };
  return (
    <div className={styles["form"]}>
      <p className="soft small">{say(words.changesNote)}</p>
      {changes.map((row, at) => (
        <div key={at} className={styles["row"]} role="group" aria-label={`${say(words.changes)} ${at + 1}`}>
          <Select
            label={say(words.subject)}
            value={row.subject}
            options={[
              { value: "queue", label: say(words.queue) },
              { value: "node", label: say(words.node) },
            ]}
            onChange={(value) => {
              const subject = value === "node" ? "node" : "queue";
              set(at, { subject, name: names[subject === "node" ? "nodes" : "queues"][0] ?? "" });
            }}
          />
          <TextField
            label={say(words.name)}
            mono
            value={row.name}
            suggestions={row.subject === "node" ? names.nodes : names.queues}
            onChange={(name) => set(at, { name })}
          />
          {row.subject === "queue" && (
            <Select
              label={say(words.what)}
              value={row.what}
              options={resources.map(({ value, words: name }) => ({ value, label: say(name) }))}
              onChange={(what) => set(at, { what, amount: what === "weight" ? "2" : row.amount })}
            />
          )}
          <TextField
            label={say(words.amount)}
            placeholder={say(words.amountHint)}
            value={row.amount}
            onChange={(amount) => set(at, { amount: amount.trim() })}
          />
          <ActionIcon
            aria-label={say(words.removeChange)}
            onClick={() => onChange(changes.filter((_, i) => i !== at))}
          >
            <Icon name="trash" />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button
          variant="default"
          leftSection={<Icon name="plus" />}
          onClick={() => onChange([...changes, added])}
        >
          {say(words.addChange)}
        </Button>
      </div>
    </div>
  );
}

interface Names {
  readonly queues: readonly string[];
  readonly nodes: readonly string[];
}

const none: Names = { queues: [], nodes: [] };

/** Names of the chosen fleet, to offer while writing. */
function useNames({ from, seed, fleet, ownFleet }: WhatIfForm, project: string | undefined): Names {
  const isOwn = from === "history" || (from === "files" && ownFleet);
  const own = useQuery({ ...historyQuery(project), enabled: isOwn });
  const file = useQuery({
    queryKey: ["fleet-file", fleet?.name, fleet?.size, fleet?.lastModified],
    queryFn: async () => namesIn((await fleet?.text()) ?? ""),
    enabled: from === "files" && fleet !== undefined,
  });
  const example = useMemo(
    () => (from === "example" && /^\d{1,9}$/.test(seed) ? namesIn(exampleOf(seed).fleetJson.text) : none),
    [from, seed],
  );
  if (isOwn) return own.data ? namesOf(own.data.fleet) : none;
  return from === "files" ? (file.data ?? none) : example;
}

/** A file that is wrong offers nothing here; the run says what is wrong with it. */
function namesIn(text: string): Names {
  try {
    return namesOf(JSON.parse(text) as Parameters<typeof namesOf>[0]);
  } catch {
    return none;
  }
}

interface Named {
  readonly queues?: readonly { readonly name?: unknown }[];
  readonly nodes?: readonly { readonly id?: unknown }[];
}

const namesOf = ({ queues, nodes }: Named): Names => ({
  queues: (queues ?? []).map(({ name }) => String(name)),
  nodes: (nodes ?? []).map(({ id }) => String(id)).slice(0, 200),
});
