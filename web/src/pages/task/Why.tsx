import { wordsOfScorer } from "@yunhe/scheduler/words";
import { phaseOf, type Task } from "../../api/task.ts";
import { Panel } from "../../ui/Page.tsx";
import { taskWords } from "../../words/task.ts";
import { useFormats, useLanguage, useSay } from "../../words/language.tsx";
import { Standing } from "./Standing.tsx";
import styles from "./task.module.css";

/** Why a task waits, or why it is where it is, as the scheduler explained it. */
export function Why({ task }: { readonly task: Task }) {
  const say = useSay();
  const { language } = useLanguage();
  const { number } = useFormats();
  const { status } = task;
  const explanation = status?.explanation;
  const title = say(phaseOf(task) === "Waiting" ? taskWords.whyWaits : taskWords.whyHere);
  const message = language === "zh" ? (status?.messageZh ?? status?.message) : status?.message;
  if (!explanation)
    return (
      <Panel title={title}>
        <p className="soft">{message ?? say(taskWords.noExplanation)}</p>
      </Panel>
    );
  const { candidates, feasible = 0, excluded = [], ranked = [], help = [], couldEverStart } = explanation;
  return (
    <Panel title={title}>
      {phaseOf(task) === "Waiting" && <Standing explanation={explanation} />}
      {candidates !== undefined && <p>{say(taskWords.considered, { candidates, feasible })}</p>}
      {excluded.length > 0 && (
        <ul className={styles["list"]} aria-label={say(taskWords.ruledOut)}>
          {excluded.map(({ words, reason, nodes }, at) => (
            <li key={at}>
              <span>{words?.[language] ?? reason}</span>
              <span className="soft">{say(taskWords.nodesCount, { count: nodes })}</span>
            </li>
          ))}
        </ul>
      )}
      {couldEverStart === false && <p>{say(taskWords.neverHere)}</p>}
      {help.length > 0 && (
        <>
          <h3 className={styles["subtitle"]}>{say(taskWords.wouldHelp)}</h3>
          <ul className={styles["list"]}>
            {help.map((change) => (
              <li key={change.en}>{change[language]}</li>
            ))}
          </ul>
        </>
      )}
      {ranked.length > 0 && (
        <ul className={styles["list"]} aria-label={say(taskWords.ranking)}>
          {ranked.map(({ node, total, parts = [] }) => (
            <li key={node}>
              <span>
                <b>{node}</b>{" "}
                {node === status?.node && <span className="soft">({say(taskWords.chosen)})</span>}
              </span>
              <span className="soft">{say(taskWords.score, { score: number(total, 1) })}</span>
              <span className="soft small" style={{ flexBasis: "100%" }}>
                {parts.map(({ scorer, weight, score }, at) => (
                  <span key={at} title={scorer}>
                    {at > 0 && " · "}
                    {wordsOfScorer(scorer)[language]} {number(score, 1)} × {number(weight, 2)}
                  </span>
                ))}
              </span>
              {parts.map(({ note }, at) => (
                <Note key={at} text={note?.[language]} />
              ))}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

const Note = ({ text }: { readonly text: string | undefined }) =>
  text === undefined ? null : (
    <span className="small" style={{ flexBasis: "100%" }}>
      {text}
    </span>
  );
