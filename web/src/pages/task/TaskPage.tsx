import { Tabs } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { kinds } from "../../api/client.ts";
import { useLiveObject } from "../../api/live.ts";
import { phaseOf, type Task } from "../../api/task.ts";
import { Back } from "../../ui/Back.tsx";
import { LiveMark } from "../../ui/LiveMark.tsx";
import { Empty, Notice } from "../../ui/Notice.tsx";
import { Page } from "../../ui/Page.tsx";
import { State } from "../../ui/State.tsx";
import { commonWords } from "../../words/common.ts";
import { taskWords } from "../../words/task.ts";
import { useLanguage, useSay } from "../../words/language.tsx";
import { ArrayProgress } from "../tasks/ArrayProgress.tsx";
import { Overview } from "./Overview.tsx";
import { type TaskTab, taskRoute, taskTabs } from "./route.ts";
import { TaskActions } from "./TaskActions.tsx";
import { TaskFacts } from "./TaskFacts.tsx";
import { TaskMembers } from "./TaskMembers.tsx";

const Usage = lazy(() => import("./Usage.tsx"));
const Events = lazy(() => import("../kinds/Events.tsx"));
const Manifest = lazy(() => import("../kinds/Manifest.tsx"));

export default function TaskPage() {
  const say = useSay();
  const { namespace, name } = taskRoute.useParams();
  const live = useLiveObject<Task>(kinds.tasks, namespace, name);
  const task = live.item;
  const back = <Back to="/tasks">{say(taskWords.back)}</Back>;
  if (live.missing)
    return (
      <Page title={name} before={back}>
        <Empty
          icon="search"
          title={say(taskWords.missingTitle, { name, project: namespace })}
          actions={<Link to="/tasks">{say(taskWords.back)}</Link>}
        >
          {say(taskWords.missingBody)}
        </Empty>
      </Page>
    );
  return (
    <Page
      title={name}
      before={back}
      beside={
        <>
          {task && <State state={phaseOf(task)} />}
          <LiveMark live={live} />
        </>
      }
      actions={task && <TaskActions task={task} />}
    >
      {task ? <TaskBody task={task} /> : <p className="soft">{say(commonWords.loading)}</p>}
    </Page>
  );
}

function TaskBody({ task }: { readonly task: Task }) {
  const say = useSay();
  const { language } = useLanguage();
  const { status } = task;
  const message = language === "zh" ? (status?.messageZh ?? status?.message) : status?.message;
  return (
    <>
      {message !== undefined && <Notice>{message}</Notice>}
      {status?.array && <ArrayProgress counts={status.array} />}
      <TaskFacts task={task} />
      <TaskTabs task={task} />
      <span className="visually-hidden" role="status">
        {say(commonWords.status)}: {phaseOf(task)}
      </span>
    </>
  );
}

function TaskTabs({ task }: { readonly task: Task }) {
  const say = useSay();
  const navigate = useNavigate({ from: "/tasks/$namespace/$name" });
  const { tab } = taskRoute.useSearch();
  const isArray = task.spec.array !== undefined;
  const tabs = taskTabs.filter((each) => each !== "members" || isArray);
  const first: TaskTab = isArray ? "members" : "overview";
  const choose = (value: string | null): void => {
    const next = taskTabs.find((each) => each === value && each !== first);
    void navigate({ to: ".", search: (before) => ({ ...before, tab: next }), replace: true });
  };
  return (
    <Tabs value={tab ?? first} onChange={choose} keepMounted={false}>
      <Tabs.List mb="md">
        {tabs.map((each) => (
          <Tabs.Tab key={each} value={each}>
            {say(taskWords[each])}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Suspense fallback={<p className="soft">{say(commonWords.loading)}</p>}>
        <Tabs.Panel value="overview">
          <Overview task={task} />
        </Tabs.Panel>
        <Tabs.Panel value="members">
          <TaskMembers parent={task} />
        </Tabs.Panel>
        <Tabs.Panel value="usage">
          <Usage task={task} />
        </Tabs.Panel>
        <Tabs.Panel value="manifest">
          <Manifest kindKey="tasks.compute.yunhe.dev" object={task} />
        </Tabs.Panel>
        <Tabs.Panel value="events">
          <Events object={task} />
        </Tabs.Panel>
      </Suspense>
    </Tabs>
  );
}
