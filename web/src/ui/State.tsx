import { reasonWords, stateWords } from "../words/states.ts";
import { useSay } from "../words/language.tsx";
import { Icon, type IconName } from "./Icon.tsx";
import styles from "./State.module.css";

type Tone = "ok" | "busy" | "wait" | "bad" | "idle";

const looks: Readonly<Record<string, readonly [Tone, IconName]>> = {
  Waiting: ["wait", "clock"],
  Starting: ["busy", "spark"],
  Running: ["busy", "play"],
  Cancelling: ["wait", "stop"],
  Succeeded: ["ok", "check"],
  Failed: ["bad", "cross"],
  Cancelled: ["idle", "ban"],
  Placed: ["wait", "clock"],
  Submitted: ["busy", "spark"],
  Ended: ["idle", "minus"],
  Active: ["ok", "check"],
  Terminating: ["wait", "stop"],
  Ready: ["ok", "check"],
  NotReady: ["bad", "warning"],
  True: ["ok", "check"],
  False: ["bad", "cross"],
  Unknown: ["wait", "warning"],
  Normal: ["idle", "info"],
  Warning: ["wait", "warning"],
  valid: ["ok", "check"],
  revoked: ["bad", "ban"],
  expired: ["idle", "clock"],
  exited: ["idle", "minus"],
  signaled: ["bad", "cross"],
  "out-of-memory": ["bad", "warning"],
  "timed-out": ["bad", "clock"],
  "not-started": ["bad", "warning"],
  preempted: ["wait", "stop"],
  "node-lost": ["bad", "warning"],
  cancelled: ["idle", "ban"],
};

export const toneOf = (state: string): Tone => looks[state]?.[0] ?? "idle";

/** A state as icon, words and colour together: never by colour alone. */
export function State({ state, label }: { readonly state: string; readonly label?: string }) {
  const say = useSay();
  const [tone, icon] = looks[state] ?? ["idle", "info"];
  const known = stateWords[state] ?? reasonWords[state];
  return (
    <span className={styles["state"]} data-tone={tone}>
      <Icon name={icon} size={13} />
      {label ?? (known ? say(known) : state)}
    </span>
  );
}

/** The icon of a state alone, where its words stand elsewhere. */
export const StateIcon = ({ state }: { readonly state: string }) => (
  <Icon name={looks[state]?.[1] ?? "info"} size={12} />
);
