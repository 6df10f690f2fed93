import type { Column } from "@yunhe/kernel";
import type { JsonSchema } from "@yunhe/client";
import type { ReactNode } from "react";
import { HeadRow } from "../../ui/HeadRow.tsx";
import { Facts } from "../../ui/Facts.tsx";
import { isPlain, type Plain } from "../../ui/form/paths.ts";
import { useLanguage } from "../../words/language.tsx";
import styles from "./kinds.module.css";
import { Value } from "./Value.tsx";

interface FieldsProps {
  readonly value: unknown;
  readonly schema: JsonSchema | undefined;
  /** Its own name, which may say its unit. */
  readonly name?: string;
}

/** A value by the words of its schema, as deep as it goes. Conditions are told elsewhere. */
export function Fields({ value, schema, name = "" }: FieldsProps): ReactNode {
  if (Array.isArray(value)) return <Items items={value} schema={schema?.items} />;
  if (!isPlain(value)) return <Value value={value} column={columnOf(schema, name)} />;
  const entries = Object.entries(value).filter(([field]) => field !== "conditions");
  if (entries.length === 0) return <span className="soft">–</span>;
  return (
    <Facts
      facts={entries.map(([field, part]) => {
        const known = schema?.properties?.[field] ?? additional(schema);
        return { name: field, value: <Described schema={known} value={part} name={field} /> };
      })}
    />
  );
}

const additional = (schema: JsonSchema | undefined): JsonSchema | undefined =>
  typeof schema?.additionalProperties === "object" ? schema.additionalProperties : undefined;

/** Units stand in names everywhere in Yunhe: what ends in Bytes is bytes. */
function columnOf(schema: JsonSchema | undefined, name: string): Pick<Column, "type" | "format"> {
  const format = schema?.["x-yunhe-format"];
  if (format === "date" || name.endsWith("At")) return { type: "date" };
  if (format === "bytes" || /[bB]ytes$/.test(name)) return { type: "integer", format: "bytes" };
  return { type: "string" };
}

function Items({
  items,
  schema,
}: {
  readonly items: readonly unknown[];
  readonly schema: JsonSchema | undefined;
}) {
  if (items.length === 0) return <span className="soft">–</span>;
  if (!items.every(isPlain))
    return <>{items.map((item) => (typeof item === "string" ? item : JSON.stringify(item))).join(", ")}</>;
  const isFlat = items.every((item) => Object.values(item).every((value) => typeof value !== "object"));
  if (isFlat) return <Grid items={items} schema={schema} />;
  return items.map((item, at) => (
    <div key={at} className={styles["item"]}>
      <Fields value={item} schema={schema} />
    </div>
  ));
}

/** Objects with the same plain fields, as a table. */
function Grid({
  items,
  schema,
}: {
  readonly items: readonly Plain[];
  readonly schema: JsonSchema | undefined;
}) {
  const names = [...new Set(items.flatMap((item) => Object.keys(item)))];
  return (
    <div className={styles["scroll"]}>
      <table className={styles["grid"]}>
        <HeadRow names={names} />
        <tbody>
          {items.map((item, at) => (
            <tr key={at}>
              {names.map((name) => (
                <td key={name}>
                  <Described schema={schema?.properties?.[name]} value={item[name]} name={name} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A value with its meaning on hover. */
function Described({ schema, value, name }: Required<FieldsProps>) {
  const { language } = useLanguage();
  const text = language === "zh" ? (schema?.["x-yunhe-zh"] ?? schema?.description) : schema?.description;
  return (
    <div title={text}>
      <Fields value={value} schema={schema} name={name} />
    </div>
  );
}
