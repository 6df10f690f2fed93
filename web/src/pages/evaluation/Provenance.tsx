import { TextField } from "../../ui/form/Field.tsx";
import { Select } from "../../ui/Select.tsx";
import { importWords } from "../../words/evaluation-import.ts";
import { useSay } from "../../words/language.tsx";
import type { Mapping } from "./api.ts";
import { columnOptions } from "./columns.ts";
import styles from "./evaluation.module.css";

interface ProvenanceProps {
  readonly mapping: Mapping;
  readonly header: readonly string[];
  readonly onChange: (mapping: Mapping) => void;
}

const statuses = ["stated", "derived", "revised", "synthetic"] as const;

/** Ways to write a number that are read only when somebody says so. */
const numberForms = ["thousandsSeparator", "percent", "chineseUnit", "fullWidth"] as const;

/** Who says so, and how the numbers are written. */
export function Provenance({ mapping, header, onChange }: ProvenanceProps) {
  const say = useSay();
  const { origin, numbers } = mapping;
  const accept = numbers?.accept ?? [];
  const setSource = (column: string): void => {
    const { publisher: _, ...others } = mapping.originColumns ?? {};
    const { originColumns: __, ...rest } = mapping;
    const next = column === "" ? others : { ...others, publisher: column };
    onChange(Object.keys(next).length === 0 ? rest : { ...rest, originColumns: next });
  };
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
        label={say(importWords.sourceColumn)}
        value={mapping.originColumns?.publisher ?? ""}
        options={columnOptions(header, say(importWords.noSource))}
        onChange={setSource}
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
