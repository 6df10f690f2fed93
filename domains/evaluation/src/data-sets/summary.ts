import type { DataFile, DataSet, Finding, Specification } from "@yunhe/evaluation";
import type { DataSetResource } from "../kinds/data-set.ts";
import { statusFindings } from "../kinds/shared.ts";
import { library } from "../library.ts";

type Status = NonNullable<DataSetResource["status"]>;

/** Reads the file against its specification and counts what is in it. @throws EvaluationError with every fault */
export function summarise(
  specification: Specification,
  file: DataFile,
  findings: readonly Finding[],
): Omit<Status, "conditions" | "fleet"> {
  const data = library().readDataFile(specification, file);
  const cells = [...data.columns.values()];
  const missing = cells.reduce(
    (all, { values }) => all + values.reduce((n, v) => n + (Number.isNaN(v) ? 1 : 0), 0),
    0,
  );
  return {
    periods: [...data.periods],
    entities: Object.fromEntries([...data.entities].map(([kind, list]) => [kind, list.length])),
    cells: cells.reduce((all, { values }) => all + values.length, 0) - missing,
    missing,
    revised: data.revisions.size,
    synthetic: isSynthetic(data),
    findings: statusFindings(findings),
  };
}

const isSynthetic = (data: DataSet): boolean =>
  [...data.columns.values()].some(({ origin }) =>
    origin.some((k) => k >= 0 && data.origins[k]!.status === "synthetic"),
  );
