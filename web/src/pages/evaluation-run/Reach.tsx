import { Button } from "@mantine/core";
import type { RankTarget, RequiredChange } from "@yunhe/evaluation";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { TextField } from "../../ui/form/Field.tsx";
import { Panel } from "../../ui/Page.tsx";
import { Problem } from "../../ui/Problem.tsx";
import { evaluationWords as words } from "../../words/evaluation.ts";
import { useSay } from "../../words/language.tsx";
import styles from "../evaluation/evaluation.module.css";
import type { Recomputed } from "./recomputed.ts";
import { rounded, type RunView } from "./run-data.ts";

interface ReachProps {
  readonly view: RunView;
  readonly entity: string;
  readonly rankNow: number;
  readonly reach: Recomputed["reach"];
}

/** What must this entity change to reach a rank? */
export function Reach({ view, entity, rankNow, reach }: ReachProps) {
  const say = useSay();
  const [rank, setRank] = useState(String(Math.max(1, rankNow - 5)));
  const search = useMutation({
    mutationFn: async (wanted: number) => {
      // One turn of the event loop, so that the button shows that it works.
      await new Promise((resolve) => setTimeout(resolve, 20));
      return reach(view.index.id, view.table.period, entity, wanted);
    },
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
        {search.data?.entity === entity && <Answer view={view} answer={search.data} />}
      </div>
    </Panel>
  );
}

function Answer({ view, answer }: { readonly view: RunView; readonly answer: RankTarget }) {
  const say = useSay();
  if (answer.rankNow <= answer.rankWanted) return <p>{say(words.reachThere)}</p>;
  return (
    <div className={styles["columns"]}>
      <Changes title={say(words.reachAlone)} list={answer.single} view={view} />
      {answer.together === null ? (
        <p>{say(words.reachNever)}</p>
      ) : (
        <Changes title={say(words.reachTogether)} list={answer.together} view={view} />
      )}
    </div>
  );
}

function Changes({
  title,
  list,
  view,
}: {
  readonly title: string;
  readonly list: readonly RequiredChange[];
  readonly view: RunView;
}) {
  const say = useSay();
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
              <td>{rounded(from)}</td>
              <td>{rounded(to)}</td>
              <td>{rounded(points)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
