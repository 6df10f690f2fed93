import { DataTable, type TableColumn } from "../../ui/DataTable.tsx";
import { Empty } from "../../ui/Notice.tsx";
import { Panel } from "../../ui/Page.tsx";
import { evaluationWords as words } from "../../words/evaluation.ts";
import { methodName } from "../../words/evaluation-methods.ts";
import { useSay } from "../../words/language.tsx";
import styles from "../evaluation/evaluation.module.css";
import { rounded, type RunView } from "./run-data.ts";

/** Every cell that a step changed, every warning that stays, and how the weights came about. */
export function TreatmentLog({ view }: { readonly view: RunView }) {
  const say = useSay();
  const { result } = view.work;
  type Cell = (typeof result.log)[number];
  const columns: TableColumn<Cell>[] = [
    { id: "step", label: say(words.step), main: true, cell: ({ step }) => step },
    { id: "entity", label: say(words.entity), cell: ({ entity }) => view.entityName(entity) },
    { id: "indicator", label: say(words.indicator), cell: ({ indicator }) => view.name(indicator) },
    { id: "period", label: say(words.period), cell: ({ period }) => period },
    {
      id: "before",
      label: say(words.before),
      align: "end",
      cell: ({ before }) => (before === null ? "–" : rounded(before)),
    },
    { id: "after", label: say(words.after), align: "end", cell: ({ after }) => rounded(after) },
    { id: "how", label: say(words.how), cell: ({ how }) => how[view.language] },
  ];
  const { weights, id } = view.index;
  return (
    <>
      <Panel title={say(words.findings)}>
        <ul className={styles["findings"]}>
          {result.warnings.map(({ code, message, level }, at) => (
            <li key={code + at} data-level={level}>
              {message[view.language]}
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title={`${say(words.weight)} · ${view.name(id)} · ${say(methodName(weights.method))}`}>
        <div className={styles["scroll"]}>
          <table className={styles["grid"]}>
            <tbody>
              {Object.entries(weights.members).map(([member, weight]) => (
                <tr key={member}>
                  <th scope="row">{view.name(member)}</th>
                  <td>{rounded(weight, 4)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Panel>
      <Panel title={say(words.tabLog)} flush>
        <DataTable
          label={say(words.tabLog)}
          columns={columns}
          rows={result.log}
          rowKey={(cell) => `${cell.step}/${cell.entity}/${cell.indicator}/${cell.period}`}
          empty={<Empty icon="check" title={say(words.nothingTreated)} />}
        />
      </Panel>
    </>
  );
}
