import type { Specification } from "../specification/schema.ts";
import {
  errorFinding,
  EvaluationError,
  type Entity,
  type Finding,
  type Origin,
  type Text,
} from "../specification/types.ts";
import { matchName } from "./names.ts";
import { assembleData, type RawObservation } from "./assemble.ts";
import type { NumberForms } from "./number-forms.ts";
import type { DataSet, Membership } from "./dataset.ts";

/** A sheet as parsed from CSV or XLSX; a cell is text, a number, a date or empty. */
export interface SourceTable {
  readonly file: string;
  readonly header: readonly string[];
  /** `row` is the 1-based row of the file. */
  readonly rows: readonly {
    readonly row: number;
    readonly cells: readonly (string | number | boolean | Date | null)[];
  }[];
}

type Row = SourceTable["rows"][number]["cells"];

/** Which columns mean what. Wide: one column per indicator. Long: `indicator` and `value` columns. */
export interface TableMapping {
  readonly entity: string;
  /** Column with the period, or a fixed period for the whole table. */
  readonly period: { readonly column: string } | { readonly fixed: string };
  /** Wide: header -> indicator id. */
  readonly indicators?: Readonly<Record<string, string>>;
  /** Long. */
  readonly long?: { readonly indicator: string; readonly value: string; readonly unit?: string };
  readonly label?: { readonly en?: string; readonly zh?: string };
  readonly group?: string;
  /** Kind of the entities in this table. */
  readonly kind: string;
  readonly origin: Origin;
  /** Column that says which entity of another kind each belongs to, for example a zone's region. */
  readonly memberOf?: { readonly kind: string; readonly column: string };
  /** Columns that override the origin per row. */
  readonly originColumns?: Partial<
    Record<"publisher" | "edition" | "page" | "status" | "licence" | "url" | "note", string>
  >;
  /** Accepted ways of writing numbers; the specification's when absent. */
  readonly numbers?: NumberForms;
}

/** The mapping a file with plain headers needs: guessed from names, for a person to confirm. */
export function suggestMapping(
  specification: Specification,
  table: SourceTable,
  origin: Origin,
  fixedPeriod?: string,
): TableMapping {
  const find = (...names: string[]): string | undefined =>
    table.header.find((header) => names.includes(header.trim().toLowerCase()));
  const entity =
    find("entity", "region", "id", "code", "name", "主体", "地区", "省份", "名称") ?? table.header[0] ?? "";
  const period = find("period", "year", "年份", "年度", "时期");
  const indicatorColumn = find("indicator", "指标");
  const value = find("value", "数值", "值");
  const unit = find("unit", "单位");
  const group = find("group", "分组");
  const indicators: Record<string, string> = {};
  for (const header of table.header) {
    const match = matchName(header.trim(), specification.indicators);
    if (match !== undefined) indicators[header] = match;
  }
  const first =
    specification.indicators.find((indicator) => Object.values(indicators).includes(indicator.id)) ??
    specification.indicators[0];
  return {
    entity,
    period: period === undefined ? { fixed: fixedPeriod ?? "" } : { column: period },
    kind: first?.collectedPer ?? first?.kind ?? "",
    origin,
    ...(indicatorColumn !== undefined && value !== undefined
      ? { long: { indicator: indicatorColumn, value, ...(unit === undefined ? {} : { unit }) } }
      : { indicators }),
    ...(group === undefined ? {} : { group }),
  };
}

/** Reads tables into one data set. @throws EvaluationError naming file, row and column of every fault. */
export function readTables(
  specification: Specification,
  inputs: readonly { readonly table: SourceTable; readonly mapping: TableMapping }[],
): DataSet {
  const findings: Finding[] = [];
  const entities = new Map<string, Entity>();
  const memberships = new Map<string, Membership>();
  const observations: RawObservation[] = [];
  const rosters = new Map(specification.kinds.map((kind) => [kind.id, kind.entities ?? []]));
  for (const { table, mapping } of inputs) {
    const reader = new TableReader(table, mapping, rosters, specification.indicators, findings);
    observations.push(...reader.observations());
    for (const membership of reader.memberships()) memberships.set(JSON.stringify(membership), membership);
    if (rosters.get(mapping.kind)?.length === 0)
      for (const entity of reader.entities())
        if (!entities.has(`${entity.kind}/${entity.id}`)) entities.set(`${entity.kind}/${entity.id}`, entity);
  }
  // Without a column everything after it would be missing too: that says nothing new.
  if (findings.some(({ code }) => code === "missing-column")) throw new EvaluationError(findings);
  return withEarlier(findings, () =>
    assembleData(specification, {
      entities: [...entities.values()],
      memberships: [...memberships.values()],
      observations,
    }),
  );
}

/** What reading found and what assembling finds are told together, in the order of rows where both have one. */
function withEarlier(findings: readonly Finding[], assemble: () => DataSet): DataSet {
  try {
    const data = assemble();
    if (findings.length === 0) return data;
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    const all = [...findings, ...error.findings];
    throw new EvaluationError(
      all.toSorted((a, b) => (a.place.row ?? Infinity) - (b.place.row ?? Infinity) || 0),
    );
  }
  throw new EvaluationError(findings);
}

type Named = { readonly id: string; readonly label: Text };

class TableReader {
  readonly #table: SourceTable;
  readonly #mapping: TableMapping;
  readonly #findings: Finding[];
  readonly #rosters: ReadonlyMap<string, readonly Named[]>;
  readonly #indicators: readonly Named[];
  readonly #matched = new Map<string, string | undefined>();
  constructor(
    table: SourceTable,
    mapping: TableMapping,
    rosters: ReadonlyMap<string, readonly Named[]>,
    indicators: readonly Named[],
    findings: Finding[],
  ) {
    this.#table = table;
    this.#mapping = mapping;
    this.#rosters = rosters;
    this.#indicators = indicators;
    this.#findings = findings;
  }

  /** The roster's id for a name; a name that no roster knows stays as it is, to be refused or to be new. */
  #entityId(kind: string, name: string): string {
    return this.#match(kind, name, this.#rosters.get(kind) ?? []) ?? name;
  }

  /** Names repeat on many rows, and comparing them is slow. */
  #match(kind: string, name: string, targets: readonly Named[]): string | undefined {
    const key = `${kind}\u0000${name}`;
    if (!this.#matched.has(key)) this.#matched.set(key, matchName(name, targets));
    return this.#matched.get(key);
  }

  memberships(): Membership[] {
    const { memberOf, kind, entity } = this.#mapping;
    if (memberOf === undefined || this.#column(memberOf.column) < 0) return [];
    return this.#table.rows.flatMap(({ cells }) => {
      const [from, to] = [this.#text(cells, entity), this.#text(cells, memberOf.column)];
      if (from === "" || to === "") return [];
      return [
        {
          fromKind: kind,
          from: this.#entityId(kind, from),
          toKind: memberOf.kind,
          to: this.#entityId(memberOf.kind, to),
        },
      ];
    });
  }

  #column(header: string): number {
    const at = this.#table.header.indexOf(header);
    if (at < 0)
      this.#findings.push(
        errorFinding(
          "missing-column",
          { file: this.#table.file, row: 1, column: header },
          `${this.#table.file}: there is no column "${header}"; the columns are ${this.#table.header.join(", ")}.`,
          `${this.#table.file}：没有名为“${header}”的列；现有列：${this.#table.header.join("、")}。`,
        ),
      );
    return at;
  }

  #text(cells: Row, header: string): string {
    const cell = cells[this.#table.header.indexOf(header)];
    return cell === undefined || cell === null
      ? ""
      : cell instanceof Date
        ? cell.toISOString().slice(0, 10)
        : String(cell).trim();
  }

  entities(): Entity[] {
    const {
      mapping: { label, group, kind, entity },
    } = { mapping: this.#mapping };
    return this.#table.rows
      .filter((row) => this.#text(row.cells, entity) !== "")
      .map((row) => {
        const id = this.#text(row.cells, entity);
        const text = {
          en: label?.en === undefined ? id : this.#text(row.cells, label.en),
          zh: label?.zh === undefined ? id : this.#text(row.cells, label.zh),
        };
        return {
          id,
          kind,
          label: text,
          group: group === undefined ? undefined : this.#text(row.cells, group),
        };
      });
  }

  observations(): RawObservation[] {
    const { mapping, file } = { mapping: this.#mapping, file: this.#table.file };
    const wide = Object.entries(mapping.indicators ?? {});
    const needed = [
      mapping.entity,
      ...wide.map(([header]) => header),
      ...(mapping.long ? [mapping.long.indicator, mapping.long.value] : []),
      ...("column" in mapping.period ? [mapping.period.column] : []),
    ];
    if (needed.map((header) => this.#column(header)).some((at) => at < 0)) return [];
    const seen = new Map<string, number>();
    return this.#table.rows.flatMap(({ row, cells }) => {
      if (cells.every((cell) => cell === null || cell === "")) return [];
      const named = this.#rowNames(cells, row);
      if (named === undefined) return [];
      const common = { ...named, origin: this.#origin(cells, row), numbers: mapping.numbers };
      if (mapping.long) return [this.#longObservation(mapping.long, common, cells, row)];
      const earlier = seen.get(`${named.entity}\u0000${named.period}`);
      seen.set(`${named.entity}\u0000${named.period}`, row);
      if (earlier !== undefined) return this.#duplicate(named, row, earlier);
      return wide.map(([header, indicator]) => ({
        ...common,
        indicator,
        value: cells[this.#table.header.indexOf(header)] ?? null,
        place: { file, row, column: header },
      }));
    });
  }

  /** Entity and period of a row; undefined, with a finding, when one is empty. */
  #rowNames(cells: Row, row: number): { entity: string; period: string } | undefined {
    const { entity, period } = this.#mapping;
    const name = this.#text(cells, entity);
    if (name === "") return this.#empty(row, entity, "the name of the entity", "主体名称");
    const when = "column" in period ? this.#text(cells, period.column) : period.fixed;
    if (when === "")
      return this.#empty(row, "column" in period ? period.column : "period", "the period", "时期");
    return { entity: this.#entityId(this.#mapping.kind, name), period: when };
  }

  #empty(row: number, column: string, en: string, zh: string): undefined {
    const { file } = this.#table;
    this.#findings.push(
      errorFinding(
        column === this.#mapping.entity ? "missing-entity" : "missing-period",
        { file, row, column },
        `${file} row ${row}, column ${column}: ${en} is empty; fill it in or name it in the mapping.`,
        `${file} 第 ${row} 行“${column}”列：${zh}为空；请补全或在映射中指定。`,
      ),
    );
    return undefined;
  }

  #duplicate({ entity, period }: { entity: string; period: string }, row: number, earlier: number): [] {
    const { file } = this.#table;
    this.#findings.push(
      errorFinding(
        "duplicate-entity",
        { file, row, column: this.#mapping.entity, entity, period },
        `${file} row ${row}: "${entity}" in ${period} is already in row ${earlier}; keep one.`,
        `${file} 第 ${row} 行：“${entity}”（${period}）已出现在第 ${earlier} 行；请只保留一行。`,
      ),
    );
    return [];
  }

  #longObservation(
    { indicator, value, unit }: NonNullable<TableMapping["long"]>,
    common: Pick<RawObservation, "entity" | "period" | "origin" | "numbers">,
    cells: Row,
    row: number,
  ): RawObservation {
    const name = this.#text(cells, indicator);
    const unitText = unit === undefined ? "" : this.#text(cells, unit);
    return {
      ...common,
      indicator: this.#match("indicator", name, this.#indicators) ?? name,
      value: cells[this.#table.header.indexOf(value)] ?? null,
      unit: unitText === "" ? undefined : unitText,
      place: { file: this.#table.file, row, column: value },
    };
  }

  #origin(cells: Row, row: number): Origin {
    const overrides: Record<string, string> = {};
    for (const [field, header] of Object.entries(this.#mapping.originColumns ?? {})) {
      const text = this.#text(cells, header);
      if (text !== "") overrides[field] = text;
    }
    const status = overrides["status"];
    if (status !== undefined && !["stated", "derived", "revised", "imputed", "synthetic"].includes(status)) {
      const { file } = this.#table;
      this.#findings.push(
        errorFinding(
          "unknown-status",
          { file, row, column: this.#mapping.originColumns?.status },
          `${file} row ${row}: the status "${status}" is none of stated, derived, revised, imputed, synthetic.`,
          `${file} 第 ${row} 行：状态“${status}”无效，应为 stated、derived、revised、imputed 或 synthetic。`,
        ),
      );
    }
    return { ...this.#mapping.origin, ...overrides };
  }
}
