import { kinds } from "../../api/client.ts";
import { useLive } from "../../api/live.ts";
import { arrayLabel, type Task } from "../../api/task.ts";
import { DataTable } from "../../ui/DataTable.tsx";
import { LiveMark } from "../../ui/LiveMark.tsx";
import { Panel } from "../../ui/Page.tsx";
import { taskWords } from "../../words/task.ts";
import { useSay } from "../../words/language.tsx";
import { useTaskColumns } from "../tasks/task-columns.tsx";

const noneOpen: ReadonlySet<string> = new Set();
const nothing = (): void => undefined;

/** The members of an array as a table of tasks. */
export function TaskMembers({ parent }: { readonly parent: Task }) {
  const say = useSay();
  const { namespace, name } = parent.metadata;
  const live = useLive<Task>(kinds.tasks, { namespace, labelSelector: `${arrayLabel}=${name}` });
  const columns = useTaskColumns({ allProjects: false, open: noneOpen, toggle: nothing });
  return (
    <Panel title={say(taskWords.membersTitle)} actions={<LiveMark live={live} />} flush>
      <DataTable
        label={say(taskWords.membersTitle)}
        columns={columns}
        rows={live.items}
        loading={live.state === "loading"}
        rowKey={({ metadata }) => metadata.uid}
        firstSort={{ id: "name", descending: false }}
      />
    </Panel>
  );
}
