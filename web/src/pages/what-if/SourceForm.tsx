import { Button, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Choice } from "../../ui/Choice.tsx";
import { TextField } from "../../ui/form/Field.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Problem } from "../../ui/Problem.tsx";
import { saveText } from "../../ui/save.ts";
import { commonWords } from "../../words/common.ts";
import { useFormats, useSay } from "../../words/language.tsx";
import { whatIfWords as words } from "../../words/what-if.ts";
import { exampleOf, historyQuery, type TasksFrom, type WhatIfForm } from "./sources.ts";
import styles from "./what-if.module.css";

interface SourceFormProps {
  readonly form: WhatIfForm;
  readonly project: string | undefined;
  readonly onChange: (part: Partial<WhatIfForm>) => void;
}

/** Where the tasks and the fleet come from. */
export function SourceForm({ form, project, onChange }: SourceFormProps) {
  const say = useSay();
  const options = [
    { value: "example", label: say(words.fromExample) },
    { value: "history", label: say(words.fromHistory) },
    { value: "files", label: say(words.fromFiles) },
  ];
  return (
    <div className={styles["form"]}>
      <Choice
        label={say(words.input)}
        value={form.from}
        options={options}
        onChange={(from) => onChange({ from: from as TasksFrom })}
      />
      {form.from === "example" && <Example seed={form.seed} onChange={onChange} />}
      {form.from === "history" && <History project={project} />}
      {form.from === "files" && <Files form={form} onChange={onChange} />}
    </div>
  );
}

function Example({
  seed,
  onChange,
}: {
  readonly seed: string;
  readonly onChange: SourceFormProps["onChange"];
}) {
  const say = useSay();
  const save = (part: "fleetJson" | "tasks"): void => {
    const { file, text } = exampleOf(seed)[part];
    saveText(file, text, part === "tasks" ? "text/csv" : "application/json");
  };
  const isSeed = /^\d{1,9}$/.test(seed);
  return (
    <>
      <p className="soft small">{say(words.exampleNote)}</p>
      <div className={styles["row"]}>
        <TextField
          label={say(words.seed)}
          type="number"
          value={seed}
          error={isSeed ? undefined : say(words.badSeed)}
          onChange={(value) => onChange({ seed: value })}
        />
        <Button
          variant="default"
          disabled={!isSeed}
          leftSection={<Icon name="download" />}
          onClick={() => save("fleetJson")}
        >
          {say(words.exampleFleet)}
        </Button>
        <Button
          variant="default"
          disabled={!isSeed}
          leftSection={<Icon name="download" />}
          onClick={() => save("tasks")}
        >
          {say(words.exampleTasks)}
        </Button>
      </div>
    </>
  );
}

function History({ project }: { readonly project: string | undefined }) {
  const say = useSay();
  const { dateTime } = useFormats();
  const { data, error, isPending, refetch } = useQuery(historyQuery(project));
  if (error) return <Problem error={error} onRetry={() => void refetch()} />;
  if (isPending) return <p className="soft small">{say(commonWords.loading)}</p>;
  if (data.tasks.length === 0)
    return <p className="soft small">{`${say(words.noHistory)} ${say(words.noHistoryDo)}`}</p>;
  const starts = data.tasks.map(({ submittedAtMs }) => submittedAtMs);
  const [from, to] = starts.reduce(([a, b], ms) => [Math.min(a, ms), Math.max(b, ms)], [Infinity, 0]);
  return (
    <p className="soft small">
      {say(words.historyNote, { count: data.tasks.length, from: dateTime(from), to: dateTime(to) })}
    </p>
  );
}

function Files({ form, onChange }: Pick<SourceFormProps, "form" | "onChange">) {
  const say = useSay();
  return (
    <>
      <p className="soft small">{say(words.filesNote)}</p>
      <div className={styles["row"]}>
        <FileField label={say(words.tasksFile)} onChange={(tasks) => onChange({ tasks })} />
        {!form.ownFleet && (
          <FileField label={say(words.fleetFile)} onChange={(fleet) => onChange({ fleet })} />
        )}
        <FileField label={say(words.orderFile)} onChange={(order) => onChange({ order })} />
      </div>
      <Switch
        label={say(words.ownFleet)}
        checked={form.ownFleet}
        onChange={(event) => onChange({ ownFleet: event.currentTarget.checked })}
      />
    </>
  );
}

function FileField({
  label,
  onChange,
}: {
  readonly label: string;
  readonly onChange: (file: File | undefined) => void;
}) {
  return (
    <label className={styles["file"]}>
      <span>{label}</span>
      <input
        type="file"
        accept=".csv,.json,.jsonl,.gz,.txt"
        onChange={(event) => onChange(event.currentTarget.files?.[0])}
      />
    </label>
  );
}
