import { HeadRow } from "../../ui/HeadRow.tsx";
import { Select } from "../../ui/Select.tsx";
import { importWords } from "../../words/evaluation-import.ts";
import { useSay } from "../../words/language.tsx";
import type { LongColumns, Mapping, TablePreview } from "./api.ts";
import { columnOptions, without } from "./columns.ts";
import styles from "./evaluation.module.css";

interface LongFormProps {
  readonly preview: TablePreview;
  readonly mapping: Mapping;
  readonly long: LongColumns;
  readonly indicators: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (mapping: Mapping) => void;
}

/** One row per value: where indicator, value and unit stand, and which indicator each name is. */
export function LongForm(props: LongFormProps) {
  const { preview, mapping, long, onChange } = props;
  const say = useSay();
  const { header } = preview;
  const setUnit = (unit: string): void => {
    const { unit: _, ...rest } = long;
    onChange({ ...mapping, long: unit === "" ? rest : { ...rest, unit } });
  };
  /** The names of another column are other names. */
  const setIndicator = (indicator: string): void => {
    const { ignored: _, ...rest } = long;
    onChange({ ...mapping, indicators: {}, long: { ...rest, indicator } });
  };
  return (
    <>
      <div className={styles["choices"]}>
        <Select
          label={say(importWords.indicatorColumn)}
          value={long.indicator}
          options={columnOptions(header, say(importWords.notChosen))}
          onChange={setIndicator}
        />
        <Select
          label={say(importWords.valueColumn)}
          value={long.value}
          options={columnOptions(header, say(importWords.notChosen))}
          onChange={(value) => onChange({ ...mapping, long: { ...long, value } })}
        />
        <Select
          label={say(importWords.unitColumn)}
          value={long.unit ?? ""}
          options={columnOptions(header, say(importWords.noUnit))}
          onChange={setUnit}
        />
      </div>
      <FirstRows {...preview} />
      {long.indicator !== "" && <Names {...props} />}
    </>
  );
}

function FirstRows({ header, rows }: Pick<TablePreview, "header" | "rows">) {
  const say = useSay();
  return (
    <div className={styles["preview"]} role="region" aria-label={say(importWords.firstRows)} tabIndex={0}>
      <table className={`${styles["grid"]} ${styles["texts"]} ${styles["rows"]}`}>
        <HeadRow names={header} />
        <tbody>
          {rows.slice(0, 3).map((row, at) => (
            <tr key={at}>
              {header.map((name, column) => (
                <td key={name}>{String(row[column] ?? "")}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** No indicator has this id: ids begin with a letter or digit. */
const leftOut = " ";

/** Each name of the indicator column with what it means; what nobody chose is refused when it is imported. */
function Names({ preview, mapping, long, indicators, onChange }: LongFormProps) {
  const say = useSay();
  const column = long.indicator;
  const names = preview.names[preview.header.indexOf(column)];
  const ignored = long.ignored ?? [];
  if (!names) return <p className="soft small">{say(importWords.tooManyNames, { column })}</p>;
  const choose = (name: string, value: string): void => {
    const others = ignored.filter((each) => each !== name);
    const rest = without(mapping.indicators, name);
    const isIndicator = value !== "" && value !== leftOut;
    onChange({
      ...mapping,
      indicators: isIndicator ? { ...rest, [name]: value } : rest,
      long: { ...long, ignored: value === leftOut ? [...others, name] : others },
    });
  };
  const meaningOf = (name: string, known: string | null): string =>
    ignored.includes(name) ? leftOut : (mapping.indicators?.[name] ?? known ?? "");
  return (
    <div
      className={styles["preview"]}
      role="region"
      aria-label={say(importWords.names, { column })}
      tabIndex={0}
    >
      <table className={`${styles["grid"]} ${styles["texts"]}`}>
        <thead>
          <tr>
            <th scope="col">{say(importWords.nameInFile)}</th>
            <th scope="col">{say(importWords.meaning)}</th>
          </tr>
        </thead>
        <tbody>
          {names.map(({ name, indicator }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>
                <Select
                  quiet
                  label={`${name}: ${say(importWords.meaning)}`}
                  value={meaningOf(name, indicator)}
                  options={[
                    ...(indicator === null ? [{ value: "", label: say(importWords.notChosen) }] : []),
                    ...indicators,
                    { value: leftOut, label: say(importWords.leaveOut) },
                  ]}
                  onChange={(value) => choose(name, value)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
