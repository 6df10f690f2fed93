import { Link } from "@tanstack/react-router";
import { commandLine, type Task } from "../../api/task.ts";
import { CopyButton } from "../../ui/Copy.tsx";
import { Facts } from "../../ui/Facts.tsx";
import { Panel } from "../../ui/Page.tsx";
import { Ago, Lasted } from "../../ui/Time.tsx";
import { commonWords } from "../../words/common.ts";
import { taskWords } from "../../words/task.ts";
import { useFormats, useSay } from "../../words/language.tsx";

const arrayName = "compute.yunhe.dev/array";
const arrayIndex = "compute.yunhe.dev/index";

/** What a task is and where it stands, in one strip. */
export function TaskFacts({ task }: { readonly task: Task }) {
  const say = useSay();
  const { dateTime } = useFormats();
  const { spec, status, metadata } = task;
  const parent = metadata.labels?.[arrayName];
  const project = metadata.namespace ?? "";
  const toTask = (name: string) => (
    <Link key={name} to="/tasks/$namespace/$name" params={{ namespace: project, name }}>
      {name}
    </Link>
  );
  const command = commandLine(spec.command);
  return (
    <Panel>
      <div style={{ display: "flex", alignItems: "flex-start", gap: 6, marginBottom: 10 }}>
        <code style={{ whiteSpace: "pre-wrap", minWidth: 0 }}>$ {command}</code>
        <CopyButton text={command} label={say(taskWords.command)} />
      </div>
      <Facts
        across
        facts={[
          [say(commonWords.project), project],
          [say(taskWords.queue), spec.queue],
          [say(taskWords.requested), <Requested key="r" task={task} />],
          [say(taskWords.where), status?.node],
          [
            say(taskWords.started),
            status?.startedAt && (
              <span title={dateTime(status.startedAt)}>
                <Ago time={status.startedAt} />
              </span>
            ),
          ],
          [
            say(taskWords.duration),
            status?.startedAt && <Lasted from={status.startedAt} to={status.endedAt} />,
          ],
          [say(taskWords.exitCode), status?.exitCode],
          [say(taskWords.signal), status?.signal],
          [say(taskWords.priority), spec.priority === 0 ? undefined : spec.priority],
          [
            say(taskWords.retries),
            spec.retries.limit === 0 ? undefined : say(taskWords.retriesOf, { limit: spec.retries.limit }),
          ],
          [say(taskWords.timeout), spec.timeout],
          [
            say(taskWords.after),
            spec.after.length === 0 ? undefined : (
              <span style={{ display: "flex", gap: 8 }}>{spec.after.map(toTask)}</span>
            ),
          ],
          [say(taskWords.isolation), status?.isolation],
          [
            say(taskWords.memberOf, { index: metadata.labels?.[arrayIndex] ?? "" }),
            parent === undefined ? undefined : toTask(parent),
          ],
        ]}
      />
    </Panel>
  );
}

function Requested({ task }: { readonly task: Task }) {
  const say = useSay();
  const { percent } = useFormats();
  const { cpus, memory, accelerators } = task.spec.resources;
  const models = accelerators?.models?.join(" / ") ?? "";
  const share =
    (accelerators?.shareMilli ?? 1000) < 1000
      ? percent((accelerators?.shareMilli ?? 0) / 1000)
      : `${accelerators?.count ?? 1} ×`;
  const devices = accelerators ? ` · ${share} ${models === "" ? say(commonWords.devices) : models}` : "";
  return <>{`${cpus} ${say(commonWords.cpu)} · ${memory}${devices}`}</>;
}
