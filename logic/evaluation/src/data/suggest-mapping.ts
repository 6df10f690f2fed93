import type { Specification } from "../specification/schema.ts";
import type { Origin } from "../specification/types.ts";
import { matchName } from "./names.ts";
import type { SourceTable, TableMapping } from "./read-table.ts";

/** How a table holds its values: one column per indicator, or one row per value. */
export type TableForm = "wide" | "long";

/** Headers as files have them, in lower case with single spaces. */
const headers = {
  entity: "entity|region|id|code|name|province|region name|主体|地区|省份|名称|地域|区域|主体名称|地区名称",
  period: "period|year|time|date|time period|年份|年度|时期|年|时间",
  indicator:
    "indicator|indicator name|indicator id|indicator code|metric|measure|variable|指标|指标名称|指标代码|指标编号|指标项",
  value: "value|amount|obs value|数值|值|指标值|取值|数据",
  unit: "unit|unit of measure|units|单位|计量单位",
  publisher: "source|publisher|data source|来源|数据来源|发布者|发布机构",
  group: "group|分组",
} as const;

/**
 * The mapping a table needs, guessed from its headers and, for rows of single values, from what stands in its columns;
 * for a person to confirm. `form` is what the person says it is: what then is not known stays empty, to be chosen.
 */
export function suggestMapping(
  specification: Specification,
  table: SourceTable,
  origin: Origin,
  fixedPeriod?: string,
  form?: TableForm,
): TableMapping {
  const headed = (role: keyof typeof headers): string | undefined =>
    table.header.find((header) => headers[role].split("|").includes(plain(header)));
  const wide = Object.fromEntries(matches(table.header, specification.indicators));
  const long = longColumns(specification, table, headed, Object.keys(wide).length > 0);
  const isLong = form === undefined ? long.indicator !== "" && long.value !== "" : form === "long";
  const indicators = isLong ? namesOf(specification, table, long.indicator) : wide;
  const used = Object.values(indicators);
  const first = specification.indicators.find(({ id }) => used.includes(id)) ?? specification.indicators[0];
  const period = headed("period") ?? (isLong ? long.period : undefined);
  const [publisher, group] = [headed("publisher"), headed("group")];
  return {
    entity: headed("entity") ?? (isLong ? long.entity : table.header[0]) ?? "",
    period: period === undefined ? { fixed: fixedPeriod ?? "" } : { column: period },
    kind: first?.collectedPer ?? first?.kind ?? "",
    origin,
    ...(isLong && {
      long: {
        indicator: long.indicator,
        value: long.value,
        ...(long.unit !== undefined && { unit: long.unit }),
      },
    }),
    indicators,
    ...(publisher !== undefined && { originColumns: { publisher } }),
    ...(group !== undefined && { group }),
  };
}

type Headed = (role: keyof typeof headers) => string | undefined;

/** The columns of rows of single values, by header or by content; "" where neither says. */
function longColumns(
  { indicators, kinds }: Specification,
  table: SourceTable,
  headed: Headed,
  isWide: boolean,
) {
  const known = (["period", "value", "unit", "publisher", "group"] as const).map(headed);
  const open = table.header.filter((header) => !known.includes(header));
  const indicator =
    headed("indicator") ??
    (isWide ? undefined : open.find((header) => areMostly(table, header, (text) => isOne(text, indicators))));
  const left = open.filter((header) => header !== indicator && header !== headed("entity"));
  const period = headed("period") ?? left.find((header) => areMostly(table, header, isYear));
  const numeric = left.filter((header) => header !== period && areMostly(table, header, isNumeric));
  const value = headed("value") ?? (numeric.length === 1 ? numeric[0] : undefined);
  const others = left.filter((header) => header !== period && header !== value);
  const rosters = kinds.flatMap(({ entities = [] }) => entities);
  const entity = others.find((header) => areMostly(table, header, (text) => isOne(text, rosters)));
  return {
    indicator: indicator ?? "",
    value: value ?? "",
    period,
    unit: headed("unit"),
    entity: entity ?? others[0],
  };
}

type Targets = Parameters<typeof matchName>[1];

const isOne = (text: string, targets: Targets): boolean => matchName(text, targets) !== undefined;
const isYear = (text: string): boolean => /^(?:19|20)\d{2}(?:年|[-/.]?[QqHh]?\d.*)?$/u.test(text);
const isNumeric = (text: string): boolean =>
  /^[-+]?[\d,.\s]+(?:e[-+]?\d+)?\s*[%万亿]*$/iu.test(text.normalize("NFKC"));

const plain = (header: string): string =>
  header
    .normalize("NFKC")
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, " ");

function* matches(names: readonly string[], indicators: Targets): Generator<[name: string, id: string]> {
  for (const name of names) {
    const id = matchName(name.trim(), indicators);
    if (id !== undefined) yield [name, id];
  }
}

const namesOf = ({ indicators }: Specification, table: SourceTable, column: string): Record<string, string> =>
  Object.fromEntries(matches(distinct(table, column) ?? [], indicators));

/** Whether more than half of what stands in a column is such; an empty column is nothing. */
function areMostly(table: SourceTable, header: string, is: (text: string) => boolean): boolean {
  const texts = distinct(table, header, SAMPLE) ?? [];
  return texts.length > 0 && texts.filter(is).length * 2 > texts.length;
}

/** Enough to see what a column is. */
const SAMPLE = 50;
/** More different names than this are hardly those of indicators. */
const MOST_NAMES = 300;

/** The different texts of a column in the order of rows: the first `sample`, or undefined when they are too many. */
function distinct(table: SourceTable, header: string, sample?: number): string[] | undefined {
  const at = table.header.indexOf(header);
  const texts = new Set<string>();
  for (const { cells } of at < 0 ? [] : table.rows) {
    const cell = cells[at];
    const text = cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell ?? "").trim();
    if (text !== "") texts.add(text);
    if (texts.size === sample) break;
    if (texts.size > MOST_NAMES) return undefined;
  }
  return [...texts];
}

/** A name as it stands in a file, and the indicator that it is taken for. */
export interface NameInFile {
  readonly name: string;
  readonly indicator: string | null;
}

/** What stands in a column as names of indicators; undefined when it is too much for that. */
export function indicatorNames(
  specification: Specification,
  table: SourceTable,
  header: string,
): NameInFile[] | undefined {
  const known = namesOf(specification, table, header);
  return distinct(table, header)?.map((name) => ({ name, indicator: known[name] ?? null }));
}
