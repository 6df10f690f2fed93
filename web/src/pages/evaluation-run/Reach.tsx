import { Button } from "@mantine/core";
import type { RankTarget, RequiredChange } from "@yunhe/evaluation";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { TextField } from "../../ui/form/Field.tsx";
import { Panel } from "../../ui/Page.tsx";
import { Problem } from "../../ui/Problem.tsx";
import { evaluationWords as words } from "../../words/evaluation.ts";
import { studyWords } from "../../words/evaluation-study.ts";
import { useFormats, useSay } from "../../words/language.tsx";
import styles from "../evaluation/evaluation.module.css";
import { rounded, type RunView } from "./run-data.ts";
import type { Workbench } from "./workbench/workbench.ts";

interface ReachProps {
  readonly view: RunView;
  readonly entity: string;
  readonly rankNow: number;
  readonly bench: Workbench;
  /** True when the value of an indicator is a cell that can be changed as it is. */
  readonly isDirect?: (indicator: string, from: number) => boolean;
  readonly onTry?: (changes: readonly RequiredChange[]) => void;
}

/** What must this entity change to reach a rank? */
export function Reach({ view, entity, rankNow, bench, isDirect, onTry }: ReachProps) {
  const say = useSay();
  const [rank, setRank] = useState(String(Math.max(1, rankNow - 5)));
  const search = useMutation({
    mutationFn: (wanted: number) =>
      bench.ask("reach", { index: view.index.id, period: view.table.period, entity, rank: wanted }),
  });
  return (
    <Panel title={say(words.reachTitle)}>
      <div className={styles["form"]}>
        <p className="soft small">{say(words.reachLead, { entity: view.entityName(entity), rank })}</p>
        <div className={styles["choices"]}>
          <TextField label={say(words.rank)} type="number" value={rank} onChange={setRank} />
          <Button
            disabled={!/^[1-9]\d*$/.test(rank)}
            loading={search.isPending}
            onClick={() => search.mutate(Number(rank))}
          >
            {say(words.compute)}
          </Button>
        </div>
        <Problem error={search.error} />
        {search.data?.entity === entity && (
          <Answer
            view={view}
            answer={search.data}
            tryable={(list) =>
              onTry !== undefined && list.every(({ indicator, from }) => isDirect?.(indicator, from))
                ? onTry
                : undefined
            }
          />
        )}
      </div>
    </Panel>
  );
}

type OnTry = (changes: readonly RequiredChange[]) => void;

interface AnswerProps {
  readonly view: RunView;
  readonly answer: RankTarget;
  /** What tries these changes; undefined where they are no plain cells. */
  readonly tryable: (changes: readonly RequiredChange[]) => OnTry | undefined;
}

function Answer({ view, answer, tryable }: AnswerProps) {
  const say = useSay();
  if (answer.rankNow <= answer.rankWanted) return <p>{say(words.reachThere)}</p>;
  return (
    <div className={styles["columns"]}>
      <Changes
        title={say(words.reachAlone)}
        list={answer.single}
        view={view}
        onTry={answer.single.length > 0 ? tryable(answer.single.slice(0, 1)) : undefined}
      />
      {answer.together === null ? (
        <p>{say(words.reachNever)}</p>
      ) : (
        <Changes
          title={say(words.reachTogether)}
          list={answer.together}
          view={view}
          onTry={tryable(answer.together)}
          together
        />
      )}
    </div>
  );
}

interface ChangesProps {
  readonly title: string;
  readonly list: readonly RequiredChange[];
  readonly view: RunView;
  readonly onTry: OnTry | undefined;
  /** All of them at once; otherwise each alone. */
  readonly together?: boolean;
}

function Changes({ title, list, view, onTry, together = false }: ChangesProps) {
  const say = useSay();
  const formats = useFormats();
  return (
    <div className={styles["scroll"]}>
      <table className={styles["grid"]}>
        <caption className="soft small">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{say(words.indicator)}</th>
            <th scope="col">{say(words.from)}</th>
            <th scope="col">{say(words.to)}</th>
            <th scope="col">{say(words.points)}</th>
          </tr>
        </thead>
        <tbody>
          {list.length === 0 && (
            <tr>
              <td colSpan={4}>{say(words.reachNever)}</td>
            </tr>
          )}
          {list.map(({ indicator, from, to, points }) => (
            <tr key={indicator}>
              <th scope="row">{view.name(indicator)}</th>
              <td>{formats.number(from, 4)}</td>
              <td>{formats.number(to, 4)}</td>
              <td>{rounded(points)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {onTry && list.length > 0 && (
        <Button
          size="compact-sm"
          variant="default"
          mt={8}
          onClick={() => onTry(together ? list : list.slice(0, 1))}
        >
          {say(studyWords.tryChanges)}
        </Button>
      )}
    </div>
  );
}
