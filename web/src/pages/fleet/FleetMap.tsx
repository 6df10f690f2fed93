import type { FleetDevice, FleetNode } from "@yunhe/client";
import { Link } from "@tanstack/react-router";
import { Meter } from "../../ui/Meter.tsx";
import { Panel } from "../../ui/Page.tsx";
import { State } from "../../ui/State.tsx";
import { commonWords } from "../../words/common.ts";
import { fleetWords } from "../../words/fleet.ts";
import { useFormats, useSay } from "../../words/language.tsx";
import styles from "./FleetMap.module.css";

/** Pools, their nodes, their devices, and what holds each. */
export function FleetMap({ nodes }: { readonly nodes: readonly FleetNode[] }) {
  const say = useSay();
  const pools = Map.groupBy(nodes, ({ pool }) => pool);
  return [...pools].map(([pool, members]) => (
    <Panel
      key={pool}
      title={
        <Link
          to="/kinds/$kind/$namespace/$name"
          params={{ kind: "pools.compute.yunhe.dev", namespace: "-", name: pool }}
        >
          {say(fleetWords.pool, { name: pool })}
        </Link>
      }
    >
      <div className={styles["nodes"]}>
        {members.map((node) => (
          <NodeCard key={node.name} node={node} />
        ))}
      </div>
    </Panel>
  ));
}

function NodeCard({ node }: { readonly node: FleetNode }) {
  const say = useSay();
  const { milli, bytes } = useFormats();
  const { cpuMilli, memoryBytes, devices } = node;
  const without = node.attempts.filter(
    ({ attemptUid }) =>
      !devices.some(({ holders }) => holders.some((holder) => holder.attemptUid === attemptUid)),
  );
  return (
    <article className={styles["node"]} aria-label={node.name}>
      <header>
        <h3>
          <Link
            to="/kinds/$kind/$namespace/$name"
            params={{ kind: "nodes.compute.yunhe.dev", namespace: "-", name: node.name }}
          >
            {node.name}
          </Link>
        </h3>
        <State state={node.ready ? "Ready" : "NotReady"} />
        <code className={styles["identifier"]}>{node.identifier}</code>
      </header>
      <div className={styles["meters"]}>
        <Meter
          label={say(commonWords.cpu)}
          part={cpuMilli.held / cpuMilli.total}
          text={say(commonWords.of, { held: milli(cpuMilli.held), total: milli(cpuMilli.total) })}
        />
        <Meter
          label={say(commonWords.memory)}
          part={memoryBytes.held / memoryBytes.total}
          text={say(commonWords.of, { held: bytes(memoryBytes.held), total: bytes(memoryBytes.total) })}
        />
      </div>
      {devices.length > 0 && (
        <ul className={styles["devices"]}>
          {devices.map((device) => (
            <DeviceTile key={device.id} device={device} />
          ))}
        </ul>
      )}
      {node.attempts.length === 0 && <footer className="soft small">{say(fleetWords.nothingRuns)}</footer>}
      {without.length > 0 && (
        <footer>
          <span className="soft small">{say(fleetWords.withoutDevice)}</span>
          {without.map(({ project, task, cpuMilli: held }, at) => (
            <TaskLink
              key={`${at}${project}/${task}`}
              project={project}
              task={task}
              beside={`${milli(held)} ${say(commonWords.cpu)}`}
            />
          ))}
        </footer>
      )}
    </article>
  );
}

function DeviceTile({ device }: { readonly device: FleetDevice }) {
  const say = useSay();
  const { percent, bytes } = useFormats();
  const { heldMilli, holders, healthy, simulated } = device;
  const use =
    heldMilli === 0
      ? say(fleetWords.deviceFree)
      : say(fleetWords.deviceUse, { percent: percent(heldMilli / 1000) });
  return (
    <li
      className={styles["device"]}
      title={device.identifier}
      data-use={heldMilli === 0 ? "free" : "held"}
      data-bad={!healthy || undefined}
    >
      <span className={styles["gauge"]} aria-hidden="true">
        <span style={{ height: `${heldMilli / 10}%` }} />
      </span>
      <span className={styles["model"]}>
        {device.model}
        {simulated && <em>{say(fleetWords.simulated)}</em>}
      </span>
      <span className="small soft">
        {device.id} · {bytes(device.memoryBytes)}
      </span>
      <span className={styles["use"]}>{healthy ? use : say(fleetWords.unhealthy)}</span>
      {holders.map(({ project, task, shareMilli }, at) => (
        <TaskLink
          key={`${at}${project}/${task}`}
          project={project}
          task={task}
          beside={percent(shareMilli / 1000)}
        />
      ))}
    </li>
  );
}

interface TaskLinkProps {
  /** "" for what runs in a project that the person may not see. */
  readonly project: string;
  readonly task: string;
  readonly beside: string;
}

function TaskLink({ project, task, beside }: TaskLinkProps) {
  const say = useSay();
  if (project === "")
    return (
      <span className={styles["task"]}>
        <span className="soft">{say(fleetWords.foreign)}</span> <small>{beside}</small>
      </span>
    );
  return (
    <Link
      to="/tasks/$namespace/$name"
      params={{ namespace: project, name: task }}
      className={styles["task"]}
      title={`${project}/${task}`}
    >
      <span>{task}</span> <small>{beside}</small>
    </Link>
  );
}
