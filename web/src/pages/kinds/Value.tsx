import type { Column } from "@yunhe/kernel";
import { scalarText } from "../../ui/form/shape.ts";
import { State } from "../../ui/State.tsx";
import { When } from "../../ui/Time.tsx";
import { commonWords } from "../../words/common.ts";
import { stateWords } from "../../words/states.ts";
import { useFormats, useSay } from "../../words/language.tsx";

/** One value as its column says it is to be shown. */
export function Value({
  value,
  column,
}: {
  readonly value: unknown;
  readonly column: Pick<Column, "type" | "format">;
}) {
  const say = useSay();
  const formats = useFormats();
  if (value === undefined || value === null || value === "") return null;
  if (column.format === "state") return <State state={scalarText(value)} />;
  if (column.type === "date") {
    return <When time={scalarText(value)} />;
  }
  if (typeof value === "boolean") return <>{say(value ? commonWords.yes : commonWords.no)}</>;
  if (typeof value === "number") {
    if (column.format === "bytes") return <>{formats.bytes(value)}</>;
    if (column.format === "durationMs") return <>{formats.duration(value)}</>;
    if (column.format === "percent") return <>{formats.percent(value)}</>;
    return <>{formats.number(value, 3)}</>;
  }
  if (Array.isArray(value)) return <>{value.map(String).join(" ")}</>;
  if (typeof value === "object") return <code>{JSON.stringify(value)}</code>;
  const text = scalarText(value);
  const known = stateWords[text];
  return <>{known ? say(known) : text}</>;
}
