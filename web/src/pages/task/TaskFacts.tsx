import { Link } from "@tanstack/react-router";
import { commandLine, type Task } from "../../api/task.ts";
import { CopyButton } from "../../ui/Copy.tsx";
import { Facts } from "../../ui/Facts.tsx";
import { Panel } from "../../ui/Page.tsx";
import { Ago, Lasted } from "../../ui/Time.tsx";
import { commonWords } from "../../words/common.ts";
import { taskWords } from "../../words/task.ts";
import { useFormats, useLanguage, useSay } from "../../words/language.tsx";

const arrayName = "compute.yunhe.dev/array";
const arrayIndex = "compute.yunhe.dev/index";

/** What a task is and where it stands, in one strip. */
export function TaskFacts({ task }: { readonly task: Task }) {
  const say = useSay();
  const { spec, status, metadata } = task;
  const parent = metadata.labels?.[arrayName];
  const project = metadata.namespace ?? "";
  const command = commandLine(spec.command);
  const started = status?.startedAt;
  const { limit } = spec.retries;
  const share = status?.conditions?.find(({ type }) => type === "DeviceShareEnforced");
  const toTask = (name: string) => <TaskLink key={name} project={project} name={name} />;
  return (
    <Panel>
      <div style={{ display: "flex", alignItems: "flex-start", gap: 6, marginBottom: 10 }}>
        <code style={{ whiteSpace: "pre-wrap", minWidth: 0 }}>$ {command}</code>
        <CopyButton text={command} label={say(taskWords.command)} />
      </div>
      <Facts
        across
        facts={[
          { name: say(commonWords.project), value: project },
          { name: say(taskWords.queue), value: spec.queue },
          { name: say(taskWords.requested), value: <Requested task={task} /> },
          { name: say(taskWords.where), value: status?.node },
          { name: say(taskWords.share), value: share && <Share condition={share} /> },
          { name: say(taskWords.started), value: started && <Ago time={started} /> },
          { name: say(taskWords.duration), value: started && <Lasted from={started} to={status.endedAt} /> },
          { name: say(taskWords.exitCode), value: status?.exitCode },
          { name: say(taskWords.signal), value: status?.signal },
          { name: say(taskWords.priority), value: spec.priority === 0 ? undefined : spec.priority },
          {
            name: say(taskWords.retries),
            value: limit === 0 ? undefined : say(taskWords.retriesOf, { limit }),
          },
          { name: say(taskWords.timeout), value: spec.timeout },
          { name: say(taskWords.after), value: spec.after.length === 0 ? undefined : spec.after.map(toTask) },
          { name: say(taskWords.isolation), value: status?.isolation },
          {
            name: say(taskWords.memberOf, { index: metadata.labels?.[arrayIndex] ?? "" }),
            value: parent === undefined ? undefined : toTask(parent),
          },
        ]}
      />
    </Panel>
  );
}

function TaskLink({ project, name }: { readonly project: string; readonly name: string }) {
  return (
    <Link to="/tasks/$namespace/$name" params={{ namespace: project, name }} style={{ marginInlineEnd: 8 }}>
      {name}
    </Link>
  );
}

type Condition = NonNullable<NonNullable<Task["status"]>["conditions"]>[number];

/** Whether the part of a device is a bound for the program; the whole sentence on hover. */
function Share({ condition: { status, message, messageZh } }: { readonly condition: Condition }) {
  const say = useSay();
  const { language } = useLanguage();
  return (
    <span title={language === "zh" ? (messageZh ?? message) : message}>
      {say(status === "True" ? taskWords.shareEnforced : taskWords.shareCounted)}
    </span>
  );
}

function Requested({ task }: { readonly task: Task }) {
  const say = useSay();
  const { percent } = useFormats();
  const { cpus, memory, accelerators } = task.spec.resources;
  const models = accelerators?.models?.join(" / ") ?? "";
  const shareMilli = accelerators?.shareMilli ?? 1000;
  const share = shareMilli < 1000 ? percent(shareMilli / 1000) : `${accelerators?.count ?? 1} ×`;
  const devices = accelerators ? ` · ${share} ${models === "" ? say(taskWords.anyDevice) : models}` : "";
  return <>{`${cpus} ${say(commonWords.cpu)} · ${memory}${devices}`}</>;
}
