import { TextField } from "../../ui/form/Field.tsx";
import { Select } from "../../ui/Select.tsx";
import { importWords } from "../../words/evaluation-import.ts";
import { useLanguage, useSay } from "../../words/language.tsx";
import type { Mapping } from "./api.ts";
import styles from "./evaluation.module.css";

interface MappingFormProps {
  readonly preview: {
    readonly header: readonly string[];
    readonly rows: readonly (readonly (string | number | boolean | null)[])[];
  };
  readonly mapping: Mapping;
  readonly definition: Record<string, unknown>;
  readonly onChange: (mapping: Mapping) => void;
}

interface IndicatorOf {
  readonly id: string;
  readonly label: { readonly en: string; readonly zh: string };
}

/** Which column means what: the proposal, to be corrected. */
export function MappingForm({ preview, mapping, definition, onChange }: MappingFormProps) {
  const say = useSay();
  const { language } = useLanguage();
  const indicators = (definition["indicators"] ?? []) as readonly IndicatorOf[];
  const period = mapping.period;
  const columnOptions = preview.header.map((header) => ({ value: header, label: header }));
  const values = preview.header.filter(
    (header) => header !== mapping.entity && !("column" in period && period.column === header),
  );
  const setIndicator = (header: string, id: string): void => {
    const { [header]: _, ...rest } = mapping.indicators ?? {};
    onChange({ ...mapping, indicators: id === "" ? rest : { ...rest, [header]: id } });
  };
  return (
    <>
      <div className={styles["choices"]}>
        <Select
          label={say(importWords.entity)}
          value={mapping.entity}
          options={columnOptions}
          onChange={(entity) => onChange({ ...mapping, entity })}
        />
        <Select
          label={say(importWords.period)}
          value={"column" in period ? period.column : ""}
          options={[{ value: "", label: say(importWords.fixedOption) }, ...columnOptions]}
          onChange={(column) => onChange({ ...mapping, period: column === "" ? { fixed: "" } : { column } })}
        />
        {"fixed" in period && (
          <TextField
            label={say(importWords.fixed)}
            value={period.fixed}
            onChange={(fixed) => onChange({ ...mapping, period: { fixed } })}
          />
        )}
      </div>
      <Provenance mapping={mapping} onChange={onChange} />
      <div className={styles["preview"]} role="region" aria-label={say(importWords.columns)} tabIndex={0}>
        <table className={styles["grid"]}>
          <thead>
            <tr>
              <th scope="col">{say(importWords.column)}</th>
              <th scope="col">{say(importWords.meaning)}</th>
              {preview.rows.slice(0, 3).map((_, at) => (
                <th key={at} scope="col">
                  {at + 1}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {mapping.long === undefined &&
              values.map((header) => (
                <tr key={header}>
                  <th scope="row">{header}</th>
                  <td>
                    <Select
                      quiet
                      label={`${header}: ${say(importWords.meaning)}`}
                      value={mapping.indicators?.[header] ?? ""}
                      options={[
                        { value: "", label: say(importWords.ignore) },
                        ...indicators.map(({ id, label }) => ({ value: id, label: label[language] })),
                      ]}
                      onChange={(id) => setIndicator(header, id)}
                    />
                  </td>
                  {preview.rows.slice(0, 3).map((row, at) => (
                    <td key={at}>{String(row[preview.header.indexOf(header)] ?? "")}</td>
                  ))}
                </tr>
              ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

const statuses = ["stated", "derived", "revised", "synthetic"] as const;

/** Ways to write a number that are read only when somebody says so. */
const numberForms = ["thousandsSeparator", "percent", "chineseUnit", "fullWidth"] as const;

/** Who says so, and how the numbers are written. */
function Provenance({ mapping, onChange }: Pick<MappingFormProps, "mapping" | "onChange">) {
  const say = useSay();
  const { origin, numbers } = mapping;
  const accept = numbers?.accept ?? [];
  const toggle = (form: string): void => {
    const next = accept.includes(form) ? accept.filter((each) => each !== form) : [...accept, form];
    const { numbers: _, ...rest } = mapping;
    onChange(next.length === 0 ? rest : { ...rest, numbers: { ...numbers, accept: next } });
  };
  return (
    <div className={styles["choices"]}>
      <TextField
        label={say(importWords.publisher)}
        value={origin.publisher}
        onChange={(publisher) => onChange({ ...mapping, origin: { ...origin, publisher } })}
      />
      <Select
        label={say(importWords.status)}
        value={origin.status}
        options={statuses.map((value) => ({ value, label: say(importWords[value]) }))}
        onChange={(status) => onChange({ ...mapping, origin: { ...origin, status } })}
      />
      <fieldset className={styles["forms"]}>
        <legend>{say(importWords.numberForms)}</legend>
        {numberForms.map((form) => (
          <label key={form}>
            <input type="checkbox" checked={accept.includes(form)} onChange={() => toggle(form)} />{" "}
            {say(importWords[form])}
          </label>
        ))}
      </fieldset>
    </div>
  );
}
