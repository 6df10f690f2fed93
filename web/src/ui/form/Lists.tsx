import { ActionIcon, Button } from "@mantine/core";
import type { JsonSchema } from "@yunhe/client";
import type { ReactNode } from "react";
import { formWords } from "../../words/form.ts";
import { useSay } from "../../words/language.tsx";
import { Icon } from "../Icon.tsx";
import { FieldGroup, TextField } from "./Field.tsx";
import { fieldOf, isPlain, type Path, type Plain, valueAt } from "./paths.ts";
import { readScalar, scalarText } from "./shape.ts";
import styles from "./form.module.css";

interface ItemListProps {
  readonly object: unknown;
  readonly path: Path;
  readonly setAt: (path: Path, value: unknown) => void;
  readonly errorAt: (field: string) => string | undefined;
  /** The fields of the item at a path. */
  readonly renderItem: (path: Path) => ReactNode;
  readonly label: ReactNode;
  readonly description: string | undefined;
}

/** A list of objects, each with its own fields. */
export function ItemList(props: ItemListProps) {
  const { object, path, setAt, errorAt, label, description, renderItem } = props;
  const value = valueAt(object, path);
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  return (
    <FieldGroup legend={label} description={description} error={errorAt(fieldOf(path))}>
      {items.map((_, at) => (
        <div key={at} className={styles["item"]}>
          {renderItem([...path, at])}
          <RemoveButton name={String(at + 1)} onClick={() => setAt([...path, at], undefined)} />
        </div>
      ))}
      <AddButton onClick={() => setAt([...path, items.length], {})} />
    </FieldGroup>
  );
}

interface PairListProps {
  readonly item?: JsonSchema;
  readonly label: ReactNode;
  readonly description?: string | undefined;
  readonly path: Path;
  readonly pairs: Plain;
  readonly setAt: (path: Path, value: unknown) => void;
  readonly errorAt: (field: string) => string | undefined;
}

/** Names with values: environment variables, labels, prices by model. */
export function PairList({
  item = { type: "string" },
  label,
  description,
  path,
  pairs,
  setAt,
  errorAt,
}: PairListProps) {
  const say = useSay();
  const rows = Object.entries(pairs);
  const write = (next: readonly (readonly [string, unknown])[]): void =>
    setAt(path, next.length === 0 ? undefined : Object.fromEntries(next));
  const change = (at: number, pair: readonly [string, unknown]): void =>
    write(rows.map((row, each) => (each === at ? pair : row)));
  return (
    <FieldGroup legend={label} description={description} error={errorAt(fieldOf(path))}>
      {rows.map(([name, value], at) => (
        <div key={at} className={styles["pair"]}>
          <TextField
            label={<span className="visually-hidden">{say(formWords.key)}</span>}
            mono
            value={name}
            placeholder={say(formWords.key)}
            error={errorAt(fieldOf([...path, name]))}
            onChange={(text) => change(at, [text, value])}
          />
          <TextField
            label={<span className="visually-hidden">{say(formWords.value)}</span>}
            mono
            value={isPlain(value) ? JSON.stringify(value) : scalarText(value)}
            placeholder={say(formWords.value)}
            onChange={(text) => change(at, [name, readScalar(item, text) ?? ""])}
          />
          <RemoveButton name={name} onClick={() => write(rows.filter((_, each) => each !== at))} />
        </div>
      ))}
      <AddButton onClick={() => write([...rows, [freeName(pairs), ""]])} />
    </FieldGroup>
  );
}

/** Two pairs cannot have one name, not even while the second is being written. */
function freeName(pairs: Plain): string {
  let at = 1;
  while (Object.hasOwn(pairs, `NAME_${at}`)) at += 1;
  return `NAME_${at}`;
}

function AddButton({ onClick }: { readonly onClick: () => void }) {
  const say = useSay();
  return (
    <div>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<Icon name="plus" size={14} />}
        onClick={onClick}
      >
        {say(formWords.addItem)}
      </Button>
    </div>
  );
}

export function RemoveButton({ name, onClick }: { readonly name: string; readonly onClick: () => void }) {
  const say = useSay();
  return (
    <ActionIcon size="lg" aria-label={say(formWords.removeItem, { name })} onClick={onClick}>
      <Icon name="cross" />
    </ActionIcon>
  );
}
