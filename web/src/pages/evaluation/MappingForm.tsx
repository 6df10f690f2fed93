import { TextField } from "../../ui/form/Field.tsx";
import { Select } from "../../ui/Select.tsx";
import { importWords } from "../../words/evaluation-import.ts";
import { useLanguage, useSay } from "../../words/language.tsx";
import type { Mapping, TableForm, TablePreview } from "./api.ts";
import { columnOptions, without } from "./columns.ts";
import styles from "./evaluation.module.css";
import { LongForm } from "./LongForm.tsx";
import { Provenance } from "./Provenance.tsx";

interface MappingFormProps {
  readonly preview: TablePreview;
  readonly mapping: Mapping;
  readonly definition: Record<string, unknown>;
  readonly onChange: (mapping: Mapping) => void;
}

interface Labelled {
  readonly id: string;
  readonly label: { readonly en: string; readonly zh: string };
}

const forms = ["wide", "long"] as const satisfies readonly TableForm[];

/** Which column means what: the proposal, to be corrected. */
export function MappingForm({ preview, mapping, definition, onChange }: MappingFormProps) {
  const say = useSay();
  const { language } = useLanguage();
  const optionsOf = (part: "indicators" | "kinds") =>
    ((definition[part] ?? []) as readonly Labelled[]).map(({ id, label }) => ({
      value: id,
      label: label[language],
    }));
  const indicators = optionsOf("indicators");
  const kinds = optionsOf("kinds");
  const { origin, numbers } = mapping;
  const isOf = (form: TableForm): void =>
    onChange({ ...preview.forms[form], origin, ...(numbers !== undefined && { numbers }) });
  return (
    <>
      <div className={styles["choices"]}>
        <Select
          label={say(importWords.form)}
          value={mapping.long ? "long" : "wide"}
          options={forms.map((value) => ({ value, label: say(importWords[value]) }))}
          onChange={(value) => isOf(value as TableForm)}
        />
        {kinds.length > 1 && (
          <Select
            label={say(importWords.kind)}
            value={mapping.kind}
            options={kinds}
            onChange={(kind) => onChange({ ...mapping, kind })}
          />
        )}
        <Where header={preview.header} mapping={mapping} onChange={onChange} />
      </div>
      {mapping.long && (
        <LongForm
          preview={preview}
          mapping={mapping}
          long={mapping.long}
          indicators={indicators}
          onChange={onChange}
        />
      )}
      <Provenance header={preview.header} mapping={mapping} onChange={onChange} />
      {!mapping.long && (
        <WideColumns preview={preview} mapping={mapping} indicators={indicators} onChange={onChange} />
      )}
    </>
  );
}

interface WhereProps {
  readonly header: readonly string[];
  readonly mapping: Mapping;
  readonly onChange: (mapping: Mapping) => void;
}

/** Of whom and of when. */
function Where({ header, mapping, onChange }: WhereProps) {
  const say = useSay();
  const { period } = mapping;
  return (
    <>
      <Select
        label={say(importWords.entity)}
        value={mapping.entity}
        options={columnOptions(header)}
        onChange={(entity) => onChange({ ...mapping, entity })}
      />
      <Select
        label={say(importWords.period)}
        value={"column" in period ? period.column : ""}
        options={columnOptions(header, say(importWords.fixedOption))}
        onChange={(column) => onChange({ ...mapping, period: column === "" ? { fixed: "" } : { column } })}
      />
      {"fixed" in period && (
        <TextField
          label={say(importWords.fixed)}
          value={period.fixed}
          onChange={(fixed) => onChange({ ...mapping, period: { fixed } })}
        />
      )}
    </>
  );
}

interface WideColumnsProps extends Omit<MappingFormProps, "definition"> {
  readonly indicators: readonly { readonly value: string; readonly label: string }[];
}

/** One column per indicator. */
function WideColumns({ preview, mapping, indicators, onChange }: WideColumnsProps) {
  const say = useSay();
  const { period, entity, originColumns } = mapping;
  const taken = [entity, "column" in period ? period.column : undefined, originColumns?.publisher];
  const setIndicator = (header: string, id: string): void => {
    const rest = without(mapping.indicators, header);
    onChange({ ...mapping, indicators: id === "" ? rest : { ...rest, [header]: id } });
  };
  return (
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
          {preview.header
            .filter((header) => !taken.includes(header))
            .map((header) => (
              <tr key={header}>
                <th scope="row">{header}</th>
                <td>
                  <Select
                    quiet
                    label={`${header}: ${say(importWords.meaning)}`}
                    value={mapping.indicators?.[header] ?? ""}
                    options={[{ value: "", label: say(importWords.ignore) }, ...indicators]}
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
  );
}
