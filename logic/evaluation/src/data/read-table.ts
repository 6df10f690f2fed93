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

/** Which columns mean what. Wide: one column per indicator. Long: one row per value, with its indicator beside it. */
export interface TableMapping {
  readonly entity: string;
  /** Column with the period, or a fixed period for the whole table. */
  readonly period: { readonly column: string } | { readonly fixed: string };
  /** Wide: header -> indicator id. Long: name in the indicator column -> indicator id, beside those known by themselves. */
  readonly indicators?: Readonly<Record<string, string>>;
  readonly long?: {
    readonly indicator: string;
    readonly value: string;
    /** Column with the unit of each value; it must be the indicator's. */
    readonly unit?: string;
    /** Names in the indicator column whose rows are left out on purpose. */
    readonly ignored?: readonly string[];
  };
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

/** The columns that a mapping names, but for those of a wide table's indicators. */
export const columnsOf = ({
  entity,
  period,
  long,
  group,
  label,
  originColumns,
  memberOf,
}: TableMapping): string[] =>
  [
    entity,
    "column" in period ? period.column : undefined,
    long?.indicator,
    long?.value,
    long?.unit,
    group,
    label?.en,
    label?.zh,
    memberOf?.column,
    ...Object.values(originColumns ?? {}),
  ].filter((header) => header !== undefined);

type Named = { readonly id: string; readonly label: Text };

class TableReader {
  readonly #table: SourceTable;
  readonly #mapping: TableMapping;
  readonly #findings: Finding[];
  readonly #rosters: ReadonlyMap<string, readonly Named[]>;
  readonly #indicators: readonly Named[];
  readonly #matched = new Map<string, string | undefined>();
  /** Rows of each name that is no indicator. */
  readonly #unknown = new Map<string, number[]>();
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
    const wide = mapping.long ? [] : Object.entries(mapping.indicators ?? {});
    const needed = [...columnsOf(mapping), ...wide.map(([header]) => header)];
    if (needed.map((header) => this.#column(header)).some((at) => at < 0)) return [];
    const seen = new Map<string, number>();
    const observations = this.#table.rows.flatMap(({ row, cells }) => {
      if (cells.every((cell) => cell === null || cell === "")) return [];
      const named = this.#rowNames(cells, row);
      if (named === undefined) return [];
      const common = { ...named, origin: this.#origin(cells, row), numbers: mapping.numbers };
      if (mapping.long) return this.#longObservation(mapping.long, common, cells, row);
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
    this.#reportUnknown();
    return observations;
  }

  /** Entity and period of a row; undefined, with a finding, when one is empty. */
  #rowNames(cells: Row, row: number): { entity: string; period: string } | undefined {
    const { entity, period } = this.#mapping;
    const name = this.#text(cells, entity);
    if (name === "") return this.#empty("missing-entity", row, entity, "the name of the entity", "主体名称");
    const when = "column" in period ? this.#text(cells, period.column) : period.fixed;
    if (when === "")
      return this.#empty(
        "missing-period",
        row,
        "column" in period ? period.column : "period",
        "the period",
        "时期",
      );
    return { entity: this.#entityId(this.#mapping.kind, name), period: when };
  }

  #empty(code: string, row: number, column: string, en: string, zh: string): undefined {
    const { file } = this.#table;
    this.#findings.push(
      errorFinding(
        code,
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
    { indicator, value, unit, ignored = [] }: NonNullable<TableMapping["long"]>,
    common: Pick<RawObservation, "entity" | "period" | "origin" | "numbers">,
    cells: Row,
    row: number,
  ): RawObservation[] {
    const name = this.#text(cells, indicator);
    if (ignored.includes(name)) return [];
    if (name === "") {
      this.#empty("missing-indicator", row, indicator, "the name of the indicator", "指标名称");
      return [];
    }
    const id = this.#mapping.indicators?.[name] ?? this.#match("indicator", name, this.#indicators);
    if (id === undefined) {
      this.#unknown.set(name, [...(this.#unknown.get(name) ?? []), row]);
      return [];
    }
    const unitText = unit === undefined ? "" : this.#text(cells, unit);
    return [
      {
        ...common,
        indicator: id,
        value: cells[this.#table.header.indexOf(value)] ?? null,
        unit: unitText === "" ? undefined : unitText,
        place: { file: this.#table.file, row, column: value },
        columns: { entity: this.#mapping.entity, unit },
      },
    ];
  }

  /** Names of indicators that nobody knows: each once, at its first row, for it stands in many. */
  #reportUnknown(): void {
    const { file } = this.#table;
    const column = this.#mapping.long?.indicator ?? "";
    for (const [name, rows] of this.#unknown) {
      const first = rows[0]!;
      const count = rows.length;
      this.#findings.push(
        errorFinding(
          "unknown-indicator",
          { file, row: first, column, indicator: name },
          `${file} row ${first}, column ${column}: "${name}"${count > 1 ? ` (${count} rows)` : ""} is not an indicator of the specification; choose its indicator in the mapping, or leave it out there.`,
          `${file} 第 ${first} 行“${column}”列：“${name}”${count > 1 ? `（共 ${count} 行）` : ""}不是规范中的指标；请在映射中为其选择指标，或选择不导入。`,
        ),
      );
    }
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
