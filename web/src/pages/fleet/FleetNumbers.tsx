import type { Fleet } from "@yunhe/client";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { fleetWords } from "../../words/fleet.ts";
import { useFormats, useSay } from "../../words/language.tsx";
import styles from "./FleetNumbers.module.css";

/** The fleet in six numbers. */
export function FleetNumbers({ fleet }: { readonly fleet: Fleet }) {
  const say = useSay();
  const { milli, bytes, number } = useFormats();
  const now = fleet.history.at(-1);
  if (!now) return null;
  const ready = fleet.nodes.filter((node) => node.ready).length;
  const { cpuMilli, memoryBytes, devicesMilli } = now;
  const tasks = (phase: string, count: number): ReactNode => (
    <Link to="/tasks" search={{ phase }}>
      {number(count)}
    </Link>
  );
  return (
    <dl className={styles["numbers"]}>
      <Figure name={say(fleetWords.nodes)} value={number(ready)} beside={`/ ${number(fleet.nodes.length)}`} />
      <Figure
        name={say(fleetWords.cores)}
        value={milli(cpuMilli.held)}
        beside={`/ ${milli(cpuMilli.total)}`}
        part={cpuMilli}
      />
      <Figure
        name={say(fleetWords.memory)}
        value={bytes(memoryBytes.held)}
        beside={`/ ${bytes(memoryBytes.total)}`}
        part={memoryBytes}
      />
      <Figure
        name={say(fleetWords.devices)}
        value={milli(devicesMilli.held)}
        beside={`/ ${milli(devicesMilli.total)}`}
        part={devicesMilli}
      />
      <Figure name={say(fleetWords.running)} value={tasks("Running", now.running)} />
      <Figure name={say(fleetWords.waiting)} value={tasks("Waiting", now.waiting)} />
    </dl>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: ReactNode;
  readonly beside?: string;
  readonly part?: { readonly held: number; readonly total: number };
}

function Figure({ name, value, beside, part }: FigureProps) {
  const percent = part && part.total > 0 ? (100 * part.held) / part.total : undefined;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <b>{value}</b> <span>{beside}</span>
      </dd>
      {percent !== undefined && (
        <span className={styles["line"]} aria-hidden="true">
          <span style={{ width: `${percent}%` }} />
        </span>
      )}
    </div>
  );
}
