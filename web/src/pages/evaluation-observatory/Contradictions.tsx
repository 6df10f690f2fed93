import { withUnit } from "@yunhe/evaluation/terms";
import { Empty } from "../../ui/Notice.tsx";
import { Panel } from "../../ui/Page.tsx";
import { State } from "../../ui/State.tsx";
import { observatoryWords as words } from "../../words/evaluation-observatory.ts";
import { useFormats, useLanguage, useSay } from "../../words/language.tsx";
import styles from "../evaluation/evaluation.module.css";
import { type Figure, type Finding, readIn, sourceOf } from "./data.ts";

const states = { error: "False", warning: "Warning", info: "Normal" } as const;

/** What contradicts what: the sentence, and the figures side by side. */
export function Contradictions({
  findings,
  figures,
}: {
  readonly findings: readonly Finding[];
  readonly figures: readonly Figure[];
}) {
  const say = useSay();
  const byId = new Map(figures.map((figure) => [figure.id, figure]));
  if (findings.length === 0) return <Empty icon="check" title={say(words.noFindings)} />;
  return findings.map((finding, at) => (
    <Contradiction
      key={finding.rule + at}
      finding={finding}
      figures={finding.records.flatMap((id) => byId.get(id) ?? [])}
    />
  ));
}

function Contradiction({
  finding,
  figures,
}: {
  readonly finding: Finding;
  readonly figures: readonly Figure[];
}) {
  const say = useSay();
  const { language } = useLanguage();
  const formats = useFormats();
  const { severity, expected, found, difference, unit } = finding;
  const number = (value: number | null): string =>
    value === null ? "–" : withUnit(formats.number(value, 2), unit, language);
  const read = readIn[language];
  return (
    <Panel
      title={<State state={states[severity]} label={say(words[severity])} />}
      actions={<code className="soft small">{finding.rule}</code>}
    >
      <div className={styles["form"]}>
        <p>{finding.words[language]}</p>
        {expected !== null && found !== null && (
          <p className="soft small">
            {say(words.implied)}: {number(expected)} · {say(words.found)}: {number(found)} ·{" "}
            {say(words.difference)}: {number(difference)}
          </p>
        )}
        <div className={styles["scroll"]}>
          <table className={`${styles["grid"]} ${styles["texts"]} ${styles["records"]}`}>
            <thead>
              <tr>
                {[words.figure, words.value, words.unit, words.period, words.scope, words.source].map(
                  (word) => (
                    <th key={word.en} scope="col">
                      {say(word)}
                    </th>
                  ),
                )}
              </tr>
            </thead>
            <tbody>
              {figures.map((figure) => (
                <tr key={figure.id}>
                  <th scope="row">{read.name(figure.figure)}</th>
                  <td>
                    <b>{figure.value}</b>
                  </td>
                  <td>{read.unit(figure.unit)}</td>
                  <td>{figure.period}</td>
                  <td>{read.scope(figure.scope)}</td>
                  <td>{sourceOf(figure)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </Panel>
  );
}
