import type { Specification } from "../specification/schema.ts";
import {
  errorFinding,
  EvaluationError,
  type Entity,
  type Finding,
  type Origin,
} from "../specification/types.ts";
import { assembleData, type RawObservation } from "./assemble.ts";
import type { DataSet } from "./dataset.ts";

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
  /** Columns that override the origin per row. */
  readonly originColumns?: Partial<
    Record<"publisher" | "edition" | "page" | "status" | "licence" | "url" | "note", string>
  >;
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
    const name = header.trim();
    const match = specification.indicators.find(
      (indicator) => indicator.id === name || indicator.label.en === name || indicator.label.zh === name,
    );
    if (match) indicators[header] = match.id;
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
  const observations: RawObservation[] = [];
  const rosters = new Set(specification.kinds.filter((kind) => kind.entities).map((kind) => kind.id));
  for (const { table, mapping } of inputs) {
    const reader = new TableReader(table, mapping, findings);
    observations.push(...reader.observations());
    if (!rosters.has(mapping.kind))
      for (const entity of reader.entities())
        if (!entities.has(`${entity.kind}/${entity.id}`)) entities.set(`${entity.kind}/${entity.id}`, entity);
  }
  if (findings.length > 0) throw new EvaluationError(findings);
  return assembleData(specification, { entities: [...entities.values()], memberships: [], observations });
}

class TableReader {
  readonly #table: SourceTable;
  readonly #mapping: TableMapping;
  readonly #findings: Finding[];
  constructor(table: SourceTable, mapping: TableMapping, findings: Finding[]) {
    this.#table = table;
    this.#mapping = mapping;
    this.#findings = findings;
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

  #text(cells: SourceTable["rows"][number]["cells"], header: string): string {
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
    return this.#table.rows.flatMap(({ row, cells }) => {
      if (cells.every((cell) => cell === null || cell === "")) return [];
      const entity = this.#text(cells, mapping.entity);
      if (entity === "") {
        this.#findings.push(
          errorFinding(
            "missing-entity",
            { file, row, column: mapping.entity },
            `${file} row ${row}, column ${mapping.entity}: the name of the entity is empty.`,
            `${file} 第 ${row} 行“${mapping.entity}”列：主体名称为空。`,
          ),
        );
        return [];
      }
      const period =
        "column" in mapping.period ? this.#text(cells, mapping.period.column) : mapping.period.fixed;
      const common = { entity, period, origin: this.#origin(cells, row) };
      if (mapping.long) {
        const { indicator, value, unit } = mapping.long;
        const unitText = unit === undefined ? "" : this.#text(cells, unit);
        return [
          {
            ...common,
            indicator: this.#text(cells, indicator),
            value: cells[this.#table.header.indexOf(value)] ?? null,
            unit: unitText === "" ? undefined : unitText,
            place: { file, row, column: value },
          },
        ];
      }
      return wide.map(([header, indicator]) => ({
        ...common,
        indicator,
        value: cells[this.#table.header.indexOf(header)] ?? null,
        place: { file, row, column: header },
      }));
    });
  }

  #origin(cells: SourceTable["rows"][number]["cells"], row: number): Origin {
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
