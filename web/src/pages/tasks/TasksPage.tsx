import { Button, TextInput } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { kinds } from "../../api/client.ts";
import { useLive } from "../../api/live.ts";
import { arrayLabel, commandLine, phaseOf, type Task, taskPhases } from "../../api/task.ts";
import { useNamespace } from "../../shell/project.ts";
import { Choice } from "../../ui/Choice.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { LiveMark } from "../../ui/LiveMark.tsx";
import { Empty } from "../../ui/Notice.tsx";
import { Page, Panel } from "../../ui/Page.tsx";
import { Select } from "../../ui/Select.tsx";
import { commonWords } from "../../words/common.ts";
import { stateWords } from "../../words/states.ts";
import { tasksWords } from "../../words/tasks.ts";
import { useSay } from "../../words/language.tsx";
import { Members } from "./Members.tsx";
import { type TasksSearch, tasksRoute } from "./route.ts";
import { useTaskColumns } from "./task-columns.tsx";
import styles from "./TasksPage.module.css";

export default function TasksPage() {
  const say = useSay();
  const namespace = useNamespace();
  const { phase, queue, text } = tasksRoute.useSearch();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const live = useTasks(namespace, phase);
  const shown = useMemo(
    () => live.items.filter((task) => matches(task, { phase, queue, text })),
    [live.items, phase, queue, text],
  );
  const toggle = (key: string): void =>
    setOpen((before) => new Set(before.symmetricDifference(new Set([key]))));
  const columns = useTaskColumns({ allProjects: namespace === undefined, open, toggle });
  return (
    <Page
      title={say(tasksWords.title)}
      beside={<LiveMark live={live} />}
      lead={say(tasksWords.lead)}
      actions={
        <Button component={Link} to="/submit" leftSection={<Icon name="plus" />}>
          {say(tasksWords.submit)}
        </Button>
      }
    >
      <Filters tasks={live.items} />
      <Panel flush>
        <DataTable
          label={say(tasksWords.title)}
          columns={columns}
          rows={shown}
          rowKey={({ metadata }) => metadata.uid}
          loading={live.state === "loading"}
          firstSort={{ id: "age", descending: true }}
          renderBelow={(task) => (open.has(task.metadata.uid) ? <Members parent={task} /> : undefined)}
          empty={<NoTasks total={live.items.length} />}
        />
      </Panel>
    </Page>
  );
}

/**
 * Tasks without the members of arrays, whose parents count them. Where there are more than a page can hold, the server
 * filters by phase too.
 */
function useTasks(namespace: string | undefined, phase: string | undefined) {
  const [isLarge, setIsLarge] = useState(false);
  const fieldSelector = isLarge && phase !== undefined ? `status.phase=${phase}` : undefined;
  const live = useLive<Task>(kinds.tasks, { namespace, labelSelector: `!${arrayLabel}`, fieldSelector });
  if (live.truncated && !isLarge) setIsLarge(true);
  return live;
}

function matches(task: Task, { phase, queue, text }: TasksSearch): boolean {
  const wanted = text?.toLowerCase() ?? "";
  return (
    (phase === undefined || phaseOf(task) === phase) &&
    (queue === undefined || task.spec.queue === queue) &&
    (wanted === "" ||
      task.metadata.name.toLowerCase().includes(wanted) ||
      commandLine(task.spec.command).toLowerCase().includes(wanted))
  );
}

function Filters({ tasks }: { readonly tasks: readonly Task[] }) {
  const say = useSay();
  const navigate = useNavigate({ from: "/tasks" });
  const { phase, queue, text } = tasksRoute.useSearch();
  const set = (change: TasksSearch): void =>
    void navigate({ to: ".", search: (before) => ({ ...before, ...change }), replace: true });
  const counts = useMemo(() => Map.groupBy(tasks, phaseOf), [tasks]);
  const phases = taskPhases.filter((each) => counts.has(each) || each === phase);
  const queues = [...new Set(tasks.map(({ spec }) => spec.queue))].sort();
  const count = (each: number): string => (each === 0 ? "" : ` ${each}`);
  return (
    <div className={styles["filters"]}>
      <Choice
        label={say(tasksWords.phase)}
        value={phase ?? ""}
        onChange={(value) => set({ phase: value === "" ? undefined : value })}
        options={[
          { value: "", label: `${say(commonWords.all)}${count(tasks.length)}` },
          ...phases.map((each) => ({
            value: each,
            label: `${say(stateWords[each]!)}${count(counts.get(each)?.length ?? 0)}`,
          })),
        ]}
      />
      <div className={styles["queue"]}>
        <Select
          label={say(tasksWords.queue)}
          quiet
          value={queue ?? ""}
          options={[
            { value: "", label: say(tasksWords.allQueues) },
            ...queues.map((name) => ({ value: name, label: name })),
          ]}
          onChange={(value) => set({ queue: value === "" ? undefined : value })}
        />
      </div>
      <TextInput
        className={styles["text"]}
        type="search"
        aria-label={say(tasksWords.search)}
        placeholder={say(tasksWords.search)}
        leftSection={<Icon name="search" />}
        value={text ?? ""}
        onChange={(event) =>
          set({ text: event.currentTarget.value === "" ? undefined : event.currentTarget.value })
        }
      />
    </div>
  );
}

function NoTasks({ total }: { readonly total: number }) {
  const say = useSay();
  if (total > 0)
    return (
      <Empty
        icon="search"
        title={say(tasksWords.noMatchTitle)}
        actions={
          <Link to="/tasks" search={{}}>
            {say(tasksWords.clearFilters)}
          </Link>
        }
      >
        {say(tasksWords.noMatchBody, { count: total })}
      </Empty>
    );
  return (
    <Empty
      icon="tasks"
      title={say(tasksWords.emptyTitle)}
      actions={
        <Button component={Link} to="/submit">
          {say(tasksWords.submit)}
        </Button>
      }
    >
      {say(tasksWords.emptyBody)}
    </Empty>
  );
}
