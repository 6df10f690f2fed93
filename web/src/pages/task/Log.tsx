import { Button, Checkbox, TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import { yunhe } from "../../api/client.ts";
import { useLog } from "../../api/log.ts";
import { type Attempt, isOver, type Task } from "../../api/task.ts";
import { Icon } from "../../ui/Icon.tsx";
import { plainText } from "../../ui/log/ansi.ts";
import { LogView } from "../../ui/log/LogView.tsx";
import { Empty } from "../../ui/Notice.tsx";
import { Panel } from "../../ui/Page.tsx";
import { Problem } from "../../ui/Problem.tsx";
import { Select } from "../../ui/Select.tsx";
import { commonWords } from "../../words/common.ts";
import { taskWords } from "../../words/task.ts";
import { useFormats, useSay } from "../../words/language.tsx";
import styles from "./task.module.css";

/** The log of one attempt, the newest unless another is chosen: followed, searched, downloaded. */
export function Log({ task, attempts }: { readonly task: Task; readonly attempts: readonly Attempt[] }) {
  const say = useSay();
  const { namespace = "", name } = task.metadata;
  const [chosen, setChosen] = useState("");
  const [follow, setFollow] = useState(true);
  const [wrap, setWrap] = useState(true);
  const [search, setSearch] = useState("");
  const [onlyMatches, setOnlyMatches] = useState(false);
  const newest = attempts.at(-1)?.spec.number;
  const number = chosen === "" ? newest : Number(chosen);
  const attempt = attempts.find(({ spec }) => spec.number === number);
  const log = useLog(namespace, name, number, attempt?.status?.phase === "Ended");
  const query = search.trim().toLowerCase();
  const matches = useMemo(() => {
    if (query === "") return 0;
    return log.text.blocks
      .flatMap(({ lines }) => lines)
      .filter((line) => plainText(line).toLowerCase().includes(query)).length;
  }, [log.text, query]);
  const download = (
    <Button
      component="a"
      variant="default"
      size="compact-sm"
      leftSection={<Icon name="download" size={14} />}
      href={yunhe.files.logPath(namespace, name, number === undefined ? {} : { attempt: number })}
      download={`${name}-${number ?? 1}.log`}
    >
      {say(commonWords.download)}
    </Button>
  );
  if (number === undefined)
    return (
      <Panel title={say(taskWords.log)} flush>
        <Empty icon="file" title={say(taskWords.logNotStarted)} />
      </Panel>
    );
  return (
    <Panel title={say(taskWords.log)} actions={download} flush>
      <div className={styles["tools"]}>
        {attempts.length > 1 && (
          <Select
            label={say(taskWords.attempts)}
            quiet
            value={chosen}
            onChange={setChosen}
            options={[
              {
                value: "",
                label: `${say(taskWords.attempt, { number: newest ?? 1 })} (${say(taskWords.newest)})`,
              },
              ...attempts.slice(0, -1).map(({ spec }) => ({
                value: String(spec.number),
                label: say(taskWords.attempt, { number: spec.number }),
              })),
            ]}
          />
        )}
        <TextInput
          className={styles["search"]}
          type="search"
          size="xs"
          aria-label={say(taskWords.logSearch)}
          placeholder={say(taskWords.logSearch)}
          leftSection={<Icon name="search" size={14} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        {query !== "" && (
          <>
            <span className="small" role="status">
              {say(taskWords.logMatches, { count: matches })}
            </span>
            <Checkbox
              size="xs"
              label={say(taskWords.logOnlyMatches)}
              checked={onlyMatches}
              onChange={(event) => setOnlyMatches(event.currentTarget.checked)}
            />
          </>
        )}
        <Checkbox
          size="xs"
          label={say(taskWords.logFollow)}
          checked={follow}
          onChange={(event) => setFollow(event.currentTarget.checked)}
        />
        <Checkbox
          size="xs"
          label={say(taskWords.logWrap)}
          checked={wrap}
          onChange={(event) => setWrap(event.currentTarget.checked)}
        />
      </div>
      {log.state === "failed" && <Problem error={log.error} />}
      <LogView
        label={say(taskWords.log)}
        text={log.text}
        wrap={wrap}
        query={query}
        onlyMatches={onlyMatches}
        follow={follow}
        onFollow={setFollow}
      />
      <LogFoot log={log} isOver={isOver(task)} />
    </Panel>
  );
}

function LogFoot({
  log,
  isOver: over,
}: {
  readonly log: ReturnType<typeof useLog>;
  readonly isOver: boolean;
}) {
  const say = useSay();
  const { bytes, number } = useFormats();
  const { lines, bytes: size, dropped } = log.text;
  const state = {
    reading: taskWords.logLive,
    lost: taskWords.logLost,
    ended: taskWords.logEnded,
    failed: commonWords.failed,
  }[log.state];
  return (
    <div className={styles["logFoot"]}>
      <span>{say(state)}</span>
      <span>
        {lines === 0
          ? say(over ? taskWords.logNone : taskWords.logEmpty)
          : say(taskWords.logTruncate, { lines: number(lines), bytes: bytes(size) })}
      </span>
      {dropped > 0 && <span>{say(taskWords.logDropped, { count: number(dropped) })}</span>}
    </div>
  );
}
