import { ActionIcon } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { commandLine, isOver, phaseOf, type Task } from "../../api/task.ts";
import type { TableColumn } from "../../ui/DataTable.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { State } from "../../ui/State.tsx";
import { Ago, Lasted } from "../../ui/Time.tsx";
import { commonWords } from "../../words/common.ts";
import { reasonWords } from "../../words/states.ts";
import { tasksWords } from "../../words/tasks.ts";
import { useLanguage, useSay } from "../../words/language.tsx";
import { ArrayProgress } from "./ArrayProgress.tsx";
import styles from "./TasksPage.module.css";

interface ColumnOptions {
  readonly allProjects: boolean;
  /** Tasks whose members are shown, by uid. */
  readonly open: ReadonlySet<string>;
  readonly toggle: (uid: string) => void;
}

export function useTaskColumns({ allProjects, open, toggle }: ColumnOptions): readonly TableColumn<Task>[] {
  const say = useSay();
  return useMemo(() => {
    const project: TableColumn<Task> = {
      id: "project",
      label: say(commonWords.project),
      order: ({ metadata }) => metadata.namespace,
      cell: ({ metadata }) => metadata.namespace,
    };
    return [
      {
        id: "name",
        label: say(tasksWords.task),
        main: true,
        order: ({ metadata }) => metadata.name,
        cell: (task) => <TaskName task={task} isOpen={open.has(task.metadata.uid)} toggle={toggle} />,
      },
      ...(allProjects ? [project] : []),
      {
        id: "phase",
        label: say(commonWords.status),
        order: phaseOf,
        cell: (task) => <State state={phaseOf(task)} />,
      },
      { id: "reason", label: say(tasksWords.reason), cell: (task) => <Reason task={task} /> },
      {
        id: "queue",
        label: say(tasksWords.queue),
        order: ({ spec }) => spec.queue,
        cell: ({ spec }) => spec.queue,
      },
      {
        id: "node",
        label: say(tasksWords.where),
        order: ({ status }) => status?.node,
        cell: ({ status }) => status?.node ?? "",
      },
      {
        id: "attempts",
        label: say(tasksWords.attempts),
        align: "end",
        wideOnly: true,
        order: ({ status }) => status?.attempts,
        cell: ({ status }) => status?.attempts ?? 0,
      },
      {
        id: "duration",
        label: say(tasksWords.duration),
        align: "end",
        cell: ({ status }) => <Lasted from={status?.startedAt} to={status?.endedAt} />,
      },
      {
        id: "age",
        label: say(commonWords.created),
        align: "end",
        order: ({ metadata }) => Date.parse(metadata.creationTimestamp),
        cell: ({ metadata }) => <Ago time={metadata.creationTimestamp} />,
      },
    ];
  }, [say, allProjects, open, toggle]);
}

interface TaskNameProps {
  readonly task: Task;
  readonly isOpen: boolean;
  readonly toggle: (uid: string) => void;
}

function TaskName({ task, isOpen, toggle }: TaskNameProps) {
  const say = useSay();
  const { name, namespace, uid } = task.metadata;
  return (
    <>
      <span className={styles["name"]}>
        {task.spec.array && (
          <ActionIcon
            size="sm"
            aria-expanded={isOpen}
            aria-label={say(isOpen ? tasksWords.hideMembers : tasksWords.showMembers, { name })}
            onClick={() => toggle(uid)}
          >
            <Icon name={isOpen ? "down" : "right"} size={13} />
          </ActionIcon>
        )}
        <Link to="/tasks/$namespace/$name" params={{ namespace: namespace ?? "", name }}>
          {name}
        </Link>
      </span>
      <code className={styles["command"]} title={commandLine(task.spec.command)}>
        {commandLine(task.spec.command)}
      </code>
    </>
  );
}

/** Why it is as it is: progress of an array, else the reason with its message on hover. */
function Reason({ task }: { readonly task: Task }) {
  const say = useSay();
  const { language } = useLanguage();
  const { status } = task;
  if (status?.array) return <ArrayProgress counts={status.array} />;
  if (status?.reason === undefined)
    return isOver(task) || status?.exitCode === undefined ? null : <>{status.exitCode}</>;
  const message = language === "zh" ? (status.messageZh ?? status.message) : status.message;
  const known = reasonWords[status.reason];
  const exit =
    status.reason === "NonZeroExit" && status.exitCode !== undefined ? ` (${status.exitCode})` : "";
  return (
    <span title={message}>
      {known ? say(known) : status.reason}
      {exit}
    </span>
  );
}
