import { Link } from "@tanstack/react-router";
import { kinds } from "../../api/client.ts";
import { useLive } from "../../api/live.ts";
import { arrayLabel, phaseOf, type Task } from "../../api/task.ts";
import { Problem } from "../../ui/Problem.tsx";
import { StateIcon, toneOf } from "../../ui/State.tsx";
import { commonWords } from "../../words/common.ts";
import { stateWords } from "../../words/states.ts";
import { tasksWords } from "../../words/tasks.ts";
import { useSay } from "../../words/language.tsx";
import styles from "./TasksPage.module.css";

const most = 120;
const indexLabel = "compute.yunhe.dev/index";

/** The members of an array, in the order of their index. */
export function Members({ parent }: { readonly parent: Task }) {
  const say = useSay();
  const { namespace, name } = parent.metadata;
  const live = useLive<Task>(kinds.tasks, { namespace, labelSelector: `${arrayLabel}=${name}` });
  const index = ({ metadata }: Task): number => Number(metadata.labels?.[indexLabel] ?? 0);
  const members = live.items.toSorted((a, b) => index(a) - index(b));
  if (live.state === "loading") return <span className="soft">{say(commonWords.loading)}</span>;
  return (
    <div className={styles["members"]}>
      {live.state === "failed" && <Problem error={live.error} />}
      {members.slice(0, most).map((member) => (
        <Link
          key={member.metadata.uid}
          to="/tasks/$namespace/$name"
          params={{ namespace: namespace ?? "", name: member.metadata.name }}
          data-tone={toneOf(phaseOf(member))}
          title={`${member.metadata.name}: ${say(stateWords[phaseOf(member)]!)}`}
        >
          <StateIcon state={phaseOf(member)} />
          {index(member)}
          <span className="visually-hidden">{say(stateWords[phaseOf(member)]!)}</span>
        </Link>
      ))}
      {members.length > most && (
        <Link
          to="/tasks/$namespace/$name"
          params={{ namespace: namespace ?? "", name }}
          search={{ tab: "members" }}
        >
          {say(tasksWords.allMembers)} ({members.length})
        </Link>
      )}
    </div>
  );
}
