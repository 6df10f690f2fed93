import { InputError } from "../numeric/input-error.ts";
import { parseCsv } from "../tabular/csv.ts";
import { figureSchema, type Figure } from "./record.ts";

const required = ["figure", "value", "unit", "year", "scope", "publication"];

/**
 * Reads figures in the form figure,value,unit,year,scope,publication,note (further columns: id, definition,
 * publisher, edition, page, status). A publication "CAICT, White Paper 2024" is publisher and edition.
 * Ids are `<name>:<row>` unless given, rows counted from 1 with the header.
 * @throws InputError that names a missing column, or the row and column of a value that cannot be.
 */
export function readFigures(csv: string, name = "figures"): Figure[] {
  const { rows } = parseCsv(csv);
  const header = (rows[0] ?? []).map((cell) => cell.trim().toLowerCase());
  const missing = required.filter(
    (column) => !header.includes(column) && !(column === "publication" && header.includes("publisher")),
  );
  if (missing.length > 0) {
    throw new InputError({
      en: `The figures lack the column(s) ${missing.join(", ")}; the header must name ${required.join(", ")}.`,
      zh: `数据缺少列 ${missing.join("、")}；表头须包含 ${required.join("、")}。`,
    });
  }
  return rows.slice(1).map((cells, k) => figureOf(header, cells, k + 2, name));
}

function figureOf(header: readonly string[], cells: readonly string[], row: number, name: string): Figure {
  if (cells.length > header.length) {
    throw new InputError(
      {
        en: `Row ${row} has ${cells.length} cells, the header ${header.length}; quote cells that contain the delimiter.`,
        zh: `第 ${row} 行有 ${cells.length} 个单元格，表头为 ${header.length} 个；含分隔符的单元格请加引号。`,
      },
      { row },
    );
  }
  const at = (column: string) => cells[header.indexOf(column)]?.trim() ?? "";
  const [publisher, edition] = splitPublication(at("publication"));
  const candidate = {
    id: at("id") || `${name}:${row}`,
    figure: at("figure"),
    value: at("value"),
    unit: at("unit"),
    period: at("year"),
    scope: at("scope"),
    definition: at("definition"),
    publisher: at("publisher") || publisher,
    edition: at("edition") || edition,
    page: at("page"),
    status: at("status") || "stated",
    note: at("note"),
  };
  const parsed = figureSchema.safeParse(candidate);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const field = String(issue.path[0]);
  const column = header.indexOf(field === "period" ? "year" : field) + 1;
  throw new InputError(
    {
      en: `Row ${row}, column "${field}": ${issue.message}.`,
      zh: `第 ${row} 行“${field}”列的值无效：${issue.message}。`,
    },
    column > 0 ? { row, column } : { row },
  );
}

function splitPublication(text: string): [string, string] {
  const comma = text.indexOf(",");
  return comma < 0 ? [text, ""] : [text.slice(0, comma).trim(), text.slice(comma + 1).trim()];
}
