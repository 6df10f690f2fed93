import type { JsonSchema } from "@yunhe/client";
import { Checkbox } from "@mantine/core";
import { useLanguage, useSay } from "../../words/language.tsx";
import { formWords } from "../../words/form.ts";
import { Select } from "../Select.tsx";
import { FieldGroup, TextField } from "./Field.tsx";
import { ItemList, PairList } from "./Lists.tsx";
import { fieldOf, isPlain, type Path, valueAt } from "./paths.ts";
import { RefField } from "./RefField.tsx";
import { readScalar, scalarText, shapeOf } from "./shape.ts";
import styles from "./form.module.css";

export interface SchemaFieldProps {
  readonly schema: JsonSchema;
  readonly object: unknown;
  readonly path: Path;
  readonly required: boolean;
  readonly setAt: (path: Path, value: unknown) => void;
  readonly errorAt: (field: string) => string | undefined;
}

/** The fields of an object, made from its JSON schema, with the words of the kind in both languages. */
export function SchemaForm(props: Omit<SchemaFieldProps, "required">) {
  const { schema, path } = props;
  const required = new Set(schema.required ?? []);
  const entries = Object.entries(schema.properties ?? {});
  const first = entries.filter(([name]) => required.has(name));
  const others = entries.filter(([name]) => !required.has(name));
  const fields = (some: typeof entries) =>
    some.map(([name, part]) => (
      <SchemaField key={name} {...props} schema={part} path={[...path, name]} required={required.has(name)} />
    ));
  return <div className={styles["form"]}>{fields([...first, ...others])}</div>;
}

export function useFieldWords(schema: JsonSchema): string | undefined {
  const { language } = useLanguage();
  const say = useSay();
  const text = language === "zh" ? (schema["x-yunhe-zh"] ?? schema.description) : schema.description;
  const plain =
    typeof schema.default === "string" || typeof schema.default === "number" ? schema.default : "";
  if (plain === "") return text;
  return [text, `(${say(formWords.defaultIs, { value: plain })})`]
    .filter((each) => each !== undefined)
    .join(" ");
}

/** One field, shown by the shape of its schema. */
export function SchemaField(props: SchemaFieldProps) {
  const { schema, object, path, required, setAt, errorAt } = props;
  const say = useSay();
  const description = useFieldWords(schema);
  const label = <code>{String(path.at(-1))}</code>;
  const value = valueAt(object, path);
  const error = errorAt(fieldOf(path));
  const shape = shapeOf(schema);
  switch (shape.type) {
    case "object":
      return (
        <FieldGroup legend={label} description={description} error={error}>
          <SchemaForm {...props} />
        </FieldGroup>
      );
    case "choice":
      return (
        <Select
          label={String(path.at(-1))}
          description={description}
          error={error}
          value={scalarText(value)}
          options={[
            ...(required ? [] : [{ value: "", label: say(formWords.notSet) }]),
            ...(required && value === undefined ? [{ value: "", label: "…" }] : []),
            ...shape.values.map((each) => ({ value: String(each), label: String(each) })),
          ]}
          onChange={(next) =>
            setAt(path, next === "" ? undefined : shape.values.find((each) => String(each) === next))
          }
        />
      );
    case "boolean":
      return (
        <Checkbox
          label={label}
          description={description}
          error={error}
          checked={value === undefined ? schema.default === true : value === true}
          onChange={(event) => setAt(path, event.currentTarget.checked)}
        />
      );
    case "lines":
      return (
        <TextField
          label={label}
          description={`${description ?? ""} ${say(formWords.onePerLine)}`}
          error={error}
          required={required}
          rows={Math.min(8, Math.max(2, Array.isArray(value) ? value.length + 1 : 2))}
          mono
          value={Array.isArray(value) ? value.join("\n") : ""}
          onChange={(text) => setAt(path, text === "" ? undefined : text.split("\n"))}
        />
      );
    case "items":
      return (
        <ItemList
          {...props}
          label={label}
          description={description}
          renderItem={(at) => <SchemaForm {...props} schema={shape.item} path={at} />}
        />
      );
    case "pairs":
      return (
        <PairList
          {...props}
          item={shape.item}
          label={label}
          description={description}
          pairs={isPlain(value) ? value : {}}
        />
      );
    case "scalar": {
      const shared = {
        label,
        description,
        error,
        required,
        value: scalarText(value),
        onChange: (text: string) => setAt(path, readScalar(schema, text)),
      };
      const kind = /^ref:(.+)$/.exec(schema["x-yunhe-format"] ?? "")?.[1];
      if (kind !== undefined) return <RefField {...shared} kind={kind} object={object} />;
      return <TextField {...shared} {...(schema["x-yunhe-format"] === "multiline" ? { rows: 3 } : {})} />;
    }
  }
}
