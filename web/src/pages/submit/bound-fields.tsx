import { Checkbox } from "@mantine/core";
import type { ReactNode } from "react";
import { TextField } from "../../ui/form/Field.tsx";
import { type Path, type Plain, stepsOf, valueAt } from "../../ui/form/paths.ts";
import { scalarText } from "../../ui/form/shape.ts";
import { Select } from "../../ui/Select.tsx";
import { useSay } from "../../words/language.tsx";
import type { Words } from "../../words/words.ts";

/** A manifest that is being written, and what is wrong with it. */
export interface BoundForm {
  readonly object: Plain;
  readonly setAt: (path: Path, value: unknown) => void;
  readonly errorAt: (field: string) => string | undefined;
}

interface BoundProps extends BoundForm {
  readonly field: string;
  readonly label: Words;
  readonly hint?: Words;
  readonly placeholder?: string;
  readonly values?: Readonly<Record<string, string>>;
}

interface TextProps extends BoundProps {
  readonly required?: boolean;
  /** Whole and decimal numbers are kept as numbers. */
  readonly numeric?: boolean;
  readonly suggestions?: readonly string[];
  /** Takes this out, when the field is emptied. */
  readonly emptyDrops?: string;
}

/** A text field that stands for one field of the manifest. */
export function Text({
  field,
  label,
  hint,
  placeholder,
  required = false,
  numeric = false,
  suggestions,
  emptyDrops,
  object,
  setAt,
  errorAt,
}: TextProps): ReactNode {
  const say = useSay();
  const path = stepsOf(field);
  const read = (text: string): unknown =>
    text === "" ? undefined : numeric && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  return (
    <TextField
      label={say(label)}
      error={errorAt(field)}
      required={required}
      value={scalarText(valueAt(object, path))}
      placeholder={placeholder}
      onChange={(text) =>
        setAt(
          text === "" && emptyDrops !== undefined ? stepsOf(emptyDrops) : path,
          required ? text : read(text),
        )
      }
      {...(hint ? { description: say(hint) } : {})}
      {...(suggestions ? { suggestions } : {})}
      {...(numeric ? { type: "number" as const } : {})}
    />
  );
}

/** A list of words in one field. */
export function Lines({
  field,
  label,
  hint,
  values,
  by,
  rows,
  object,
  setAt,
  errorAt,
}: BoundProps & { readonly by: string; readonly rows?: number }): ReactNode {
  const say = useSay();
  const path = stepsOf(field);
  const value = valueAt(object, path);
  const text = Array.isArray(value) ? value.join(by) : "";
  const separator = by === "\n" ? "\n" : /, ?/;
  return (
    <TextField
      label={say(label)}
      error={errorAt(field) ?? errorAt(`${field}[0]`)}
      value={text}
      mono
      onChange={(next) => setAt(path, next === "" ? undefined : next.split(separator))}
      {...(hint ? { description: say(hint, values) } : {})}
      {...(rows === undefined ? {} : { rows })}
    />
  );
}

interface ChosenProps extends Omit<BoundProps, "placeholder" | "values"> {
  /** Values with their words; "" stands for none. */
  readonly options: readonly { readonly value: string; readonly label: string }[];
  /** Takes this out when none is chosen. */
  readonly emptyDrops?: string;
}

/** One of a few values. */
export function Chosen({
  field,
  label,
  hint,
  options,
  emptyDrops,
  object,
  setAt,
  errorAt,
}: ChosenProps): ReactNode {
  const say = useSay();
  return (
    <Select
      label={say(label)}
      error={errorAt(field)}
      value={scalarText(valueAt(object, stepsOf(field)))}
      options={options}
      onChange={(value) =>
        value === "" ? setAt(stepsOf(emptyDrops ?? field), undefined) : setAt(stepsOf(field), value)
      }
      {...(hint ? { description: say(hint) } : {})}
    />
  );
}

interface TickedProps extends Omit<BoundProps, "hint" | "placeholder" | "values"> {
  /** What a tick, or its absence, writes; undefined: nothing. */
  readonly on: unknown;
  readonly off?: unknown;
}

/** A field that is there with one value, or not. */
export function Ticked({ field, label, on, off, object, setAt, errorAt }: TickedProps): ReactNode {
  const say = useSay();
  const value = valueAt(object, stepsOf(field));
  const isOn = on === undefined ? value !== off : value !== undefined && value !== off;
  return (
    <Checkbox
      label={say(label)}
      error={errorAt(field)}
      checked={isOn}
      onChange={(event) => setAt(stepsOf(field), event.currentTarget.checked ? on : off)}
    />
  );
}
