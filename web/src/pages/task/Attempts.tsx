import type { Attempt } from "../../api/task.ts";
import { Panel } from "../../ui/Page.tsx";
import { State, toneOf } from "../../ui/State.tsx";
import { Lasted, useTicking } from "../../ui/Time.tsx";
import { commonWords } from "../../words/common.ts";
import { taskWords } from "../../words/task.ts";
import { useFormats, useSay } from "../../words/language.tsx";
import styles from "./task.module.css";

const ms = (time: string | undefined): number | undefined =>
  time === undefined ? undefined : Date.parse(time);

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Every try on one axis of time: how long it took to start, how long it ran, how it ended. */
export function Attempts({
  attempts,
  isLoading,
}: {
  readonly attempts: readonly Attempt[];
  readonly isLoading: boolean;
}) {
  const say = useSay();
  const nowMs = useTicking((now) => now);
  const from = Math.min(...attempts.map(({ metadata }) => Date.parse(metadata.creationTimestamp)));
  const to = Math.max(from + 1, ...attempts.map(({ status }) => ms(status?.endedAt) ?? nowMs));
  return (
    <Panel title={`${say(taskWords.attempts)} ${attempts.length === 0 ? "" : attempts.length}`}>
      {attempts.length === 0 && (
        <p className="soft">{say(isLoading ? commonWords.loading : taskWords.noAttempts)}</p>
      )}
      {attempts.toReversed().map((attempt) => (
        <Row key={attempt.metadata.uid} attempt={attempt} axis={{ from, to }} nowMs={nowMs} />
      ))}
    </Panel>
  );
}

interface RowProps {
  readonly attempt: Attempt;
  readonly axis: Span;
  readonly nowMs: number;
}

function Row({ attempt, axis, nowMs }: RowProps) {
  const say = useSay();
  const { bytes, dateTime } = useFormats();
  const { status, spec, metadata } = attempt;
  const made = Date.parse(metadata.creationTimestamp);
  const ended = ms(status?.endedAt);
  const started = ms(status?.startedAt);
  const outcome = status?.outcome;
  const state = outcome
    ? outcome.exitCode === 0
      ? "Succeeded"
      : outcome.type === "exited"
        ? "Failed"
        : outcome.type
    : (status?.phase ?? "Placed");
  const place = (from: number, to: number) => ({
    insetInlineStart: `${(100 * (from - axis.from)) / (axis.to - axis.from)}%`,
    width: `${(100 * Math.max(0, to - from)) / (axis.to - axis.from)}%`,
  });
  const end = ended ?? nowMs;
  const beside = [
    spec.node,
    ...spec.grant.devices.map(({ id, shareMilli }) =>
      shareMilli < 1000 ? `${id} ×${shareMilli / 1000}` : id,
    ),
    status?.usage?.peakMemoryBytes ? say(taskWords.peak, { bytes: bytes(status.usage.peakMemoryBytes) }) : "",
  ].filter((each) => each !== "");
  return (
    <div className={styles["attempt"]} title={dateTime(made)}>
      <header>
        <b>{say(taskWords.attempt, { number: spec.number })}</b>
        <State state={state} />
        {outcome?.exitCode !== undefined && (
          <span className="soft">
            {say(taskWords.exitCode)} {outcome.exitCode}
          </span>
        )}
        {outcome?.signal !== undefined && <span className="soft">{outcome.signal}</span>}
        <span style={{ marginInlineStart: "auto" }}>
          <Lasted from={status?.startedAt ?? metadata.creationTimestamp} to={status?.endedAt} />
        </span>
      </header>
      <div className={styles["track"]} aria-hidden="true">
        <span
          className={styles["starting"]}
          style={place(made, started ?? end)}
          title={say(taskWords.beforeStart)}
        />
        {started !== undefined && (
          <span
            className={styles["ran"]}
            data-tone={toneOf(state)}
            style={place(started, end)}
            title={say(taskWords.ran)}
          />
        )}
      </div>
      <span className="soft small">{beside.join(" · ")}</span>
    </div>
  );
}
