import { Link } from "@tanstack/react-router";
import { kinds } from "../../api/client.ts";
import { useLive } from "../../api/live.ts";
import { Facts } from "../../ui/Facts.tsx";
import { Panel } from "../../ui/Page.tsx";
import { When } from "../../ui/Time.tsx";
import { queueWords } from "../../words/queue.ts";
import { useSay } from "../../words/language.tsx";
import { amountsOf, type Queue } from "./amounts.ts";
import { QuotaBar } from "./QuotaBar.tsx";
import styles from "./queue.module.css";

/** What a queue holds of its quota, what it has borrowed and from whom, and for whom places are kept. */
export default function QueueUse({ queue }: { readonly queue: Queue }) {
  const say = useSay();
  const { waiting = 0, running = 0, reservation } = queue.status ?? {};
  return (
    <div className={styles["use"]}>
      <Panel title={say(queueWords.use)}>
        <Bars queue={queue} />
        <div className={styles["facts"]}>
          <Facts
            across
            facts={[
              { name: say(queueWords.waiting), value: waiting },
              { name: say(queueWords.running), value: running },
              {
                name: say(queueWords.reserved),
                value: reservation && <Reserved reservation={reservation} />,
              },
            ]}
          />
        </div>
      </Panel>
      {queue.spec.cohort !== "" && <Cohort queue={queue} />}
    </div>
  );
}

function Bars({ queue }: { readonly queue: Queue }) {
  const say = useSay();
  const amounts = amountsOf(queue);
  if (amounts.length === 0) return <p className="soft">{say(queueWords.nothing)}</p>;
  return (
    <div className={styles["bars"]}>
      {amounts.map((amount) => (
        <QuotaBar key={`${amount.of} ${amount.model ?? ""}`} amount={amount} />
      ))}
    </div>
  );
}

/** The queues that lend each other what they do not use. */
function Cohort({ queue }: { readonly queue: Queue }) {
  const say = useSay();
  const { cohort } = queue.spec;
  const others = useLive<Queue>(kinds.queues, {}).items.filter(
    (other) => other.spec.cohort === cohort && other.metadata.name !== queue.metadata.name,
  );
  return (
    <Panel title={say(queueWords.cohort, { cohort })}>
      {others.length === 0 && <p className="soft">{say(queueWords.alone)}</p>}
      {others.map((other) => (
        <section key={other.metadata.uid} className={styles["other"]}>
          <h3>
            <Link
              to="/kinds/$kind/$namespace/$name"
              params={{ kind: "queues.compute.yunhe.dev", namespace: "-", name: other.metadata.name }}
            >
              {other.metadata.name}
            </Link>
          </h3>
          <Bars queue={other} />
        </section>
      ))}
    </Panel>
  );
}

function Reserved({
  reservation: { task, at, nodes },
}: {
  readonly reservation: NonNullable<NonNullable<Queue["status"]>["reservation"]>;
}) {
  const say = useSay();
  const [project = "", name = ""] = task.split("/");
  return (
    <>
      <Link to="/tasks/$namespace/$name" params={{ namespace: project, name }}>
        {name}
      </Link>{" "}
      <span className="soft">{nodes.join(", ")}</span>{" "}
      {at === undefined ? <span className="soft">{say(queueWords.unknownTime)}</span> : <When time={at} />}
    </>
  );
}
