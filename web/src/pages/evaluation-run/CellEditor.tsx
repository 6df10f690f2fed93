import { unitIn } from "@yunhe/evaluation/terms";
import { ActionIcon } from "@mantine/core";
import { Icon } from "../../ui/Icon.tsx";
import { evaluationWords } from "../../words/evaluation.ts";
import { studyWords as words } from "../../words/evaluation-study.ts";
import { useFormats, useSay } from "../../words/language.tsx";
import evaluationStyles from "../evaluation/evaluation.module.css";
import { NumberCell } from "../evaluation/NumberCell.tsx";
import { type Edits, editKey, withEdit } from "./edits.ts";
import type { RunView } from "./run-data.ts";
import type { Cell } from "./workbench/questions.ts";
import styles from "./study.module.css";

interface CellEditorProps {
  readonly view: RunView;
  readonly entity: string;
  readonly cells: readonly Cell[];
  readonly edits: Edits;
  readonly onEdit: (edits: Edits) => void;
}

/** The measured values of one entity, each with a field for another one. */
export function CellEditor({ view, entity, cells, edits, onEdit }: CellEditorProps) {
  const say = useSay();
  const { period } = view.table;
  return (
    <div className={evaluationStyles["scroll"]}>
      <table className={styles["cells"]}>
        <thead>
          <tr>
            <th scope="col">{say(evaluationWords.indicator)}</th>
            <th scope="col">{say(words.now)}</th>
            <th scope="col">{say(words.instead)}</th>
            <th scope="col">{say(words.change)}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {cells.map((cell) => {
            const place = { indicator: cell.indicator, entity: cell.owner, period };
            return (
              <CellRow
                key={editKey(place)}
                view={view}
                cell={cell}
                entity={entity}
                edited={edits[editKey(place)]?.value ?? undefined}
                onValue={(value) => onEdit(withEdit(edits, { ...place, value }, cell.value))}
              />
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

interface CellRowProps {
  readonly view: RunView;
  readonly cell: Cell;
  readonly entity: string;
  readonly edited: number | undefined;
  /** null: as it was. */
  readonly onValue: (value: number | null) => void;
}

function CellRow({ view, cell, entity, edited, onValue }: CellRowProps) {
  const say = useSay();
  const formats = useFormats();
  const name = view.name(cell.indicator);
  const owner = cell.collected ? cell.ownerLabel[view.language] : view.entityName(entity);
  const share =
    edited === undefined || cell.value === null || cell.value === 0
      ? ""
      : formats.percent(edited / cell.value - 1);
  return (
    <tr data-edited={edited !== undefined || undefined}>
      <th scope="row">
        {name}
        {cell.collected && <span className="soft small"> · {owner}</span>}
        <span className="soft small"> {unitIn(view.language, cell.unit)}</span>
      </th>
      <td>{cell.value === null ? "–" : formats.number(cell.value, 4)}</td>
      <td>
        <NumberCell
          label={say(words.insteadOf, { indicator: name, entity: owner })}
          value={edited}
          onValue={(value) => onValue(value ?? null)}
        />
      </td>
      <td className="soft">{share !== "" && !share.startsWith("-") ? `+${share}` : share}</td>
      <td>
        {edited !== undefined && (
          <ActionIcon aria-label={say(words.undo, { indicator: name })} onClick={() => onValue(null)}>
            <Icon name="cross" size={13} />
          </ActionIcon>
        )}
      </td>
    </tr>
  );
}
