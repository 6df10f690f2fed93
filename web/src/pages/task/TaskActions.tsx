import { Button } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { kinds, yunhe } from "../../api/client.ts";
import { hasRole, useSession } from "../../api/session.ts";
import { isOver, type Task } from "../../api/task.ts";
import { Confirm } from "../../ui/Confirm.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { toast } from "../../ui/toast.tsx";
import { commonWords } from "../../words/common.ts";
import { taskWords } from "../../words/task.ts";
import { useSay } from "../../words/language.tsx";

const tasks = yunhe.resources<Task>(kinds.tasks);

/** What can be done to a task now. */
export function TaskActions({ task }: { readonly task: Task }) {
  const say = useSay();
  const session = useSession();
  const [asked, setAsked] = useState<"cancel" | "retry" | "delete">();
  const { namespace = "", name } = task.metadata;
  if (!hasRole(session, "member", namespace)) return null;
  const runs = task.status?.currentAttempt !== undefined && !isOver(task);
  return (
    <>
      <Button
        variant="default"
        component={Link}
        to="/submit"
        search={{ from: `${namespace}/${name}` } as never}
        leftSection={<Icon name="copy" />}
      >
        {say(taskWords.again)}
      </Button>
      {runs && (
        <Button variant="default" leftSection={<Icon name="retry" />} onClick={() => setAsked("retry")}>
          {say(taskWords.retry)}
        </Button>
      )}
      {!isOver(task) && !task.spec.cancelled && (
        <Button color="crown" leftSection={<Icon name="stop" />} onClick={() => setAsked("cancel")}>
          {say(taskWords.cancel)}
        </Button>
      )}
      {isOver(task) && (
        <Button variant="default" leftSection={<Icon name="trash" />} onClick={() => setAsked("delete")}>
          {say(commonWords.delete)}
        </Button>
      )}
      {asked && <Ask what={asked} task={task} onClose={() => setAsked(undefined)} />}
    </>
  );
}

interface AskProps {
  readonly what: "cancel" | "retry" | "delete";
  readonly task: Task;
  readonly onClose: () => void;
}

function Ask({ what, task, onClose }: AskProps): ReactNode {
  const say = useSay();
  const navigate = useNavigate();
  const { namespace = "", name } = task.metadata;
  const ways = {
    cancel: {
      action: taskWords.cancel,
      ask: taskWords.cancelAsk,
      done: taskWords.cancelled,
      act: () => tasks.act(namespace, name, "cancel"),
    },
    retry: {
      action: taskWords.retry,
      ask: taskWords.retryAsk,
      done: taskWords.retried,
      act: () => tasks.act(namespace, name, "retry"),
    },
    delete: {
      action: commonWords.delete,
      ask: taskWords.deleteAsk,
      done: taskWords.deleted,
      act: () => tasks.delete(namespace, name),
    },
  } as const;
  const way = ways[what];
  const onDone = (): void => {
    toast(say(way.done, { name }));
    if (what === "delete") void navigate({ to: "/tasks" });
  };
  return (
    <Confirm
      title={`${say(way.action)}: ${name}`}
      action={say(way.action)}
      act={way.act}
      onClose={onClose}
      onDone={onDone}
    >
      {say(way.ask)}
    </Confirm>
  );
}
