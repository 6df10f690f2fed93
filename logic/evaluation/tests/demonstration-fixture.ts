import { readFileSync } from "node:fs";
import { demonstrationData, demonstrationJudgements } from "../src/data/demonstration.ts";
import { readDataFile } from "../src/data/read-json.ts";
import { readSpecification } from "../src/specification/parse.ts";
import type { Specification } from "../src/specification/schema.ts";

export const cloudText = readFileSync(
  new URL("../specifications/cloud-development-2024.yaml", import.meta.url),
  "utf8",
);

/** The white paper's specification with synthetic judgements and data: 31 regions, two years. */
export function demonstration(
  seed = 1,
  change: (specification: Specification) => Specification = (same) => same,
) {
  const specification = change(demonstrationJudgements(readSpecification(cloudText), { seed }));
  return { specification, data: readDataFile(specification, demonstrationData(specification, { seed })) };
}

/** A small specification of one kind: indicators a, b, c in one index "all". */
export function small(
  overrides: Record<string, unknown> = {},
  index: Record<string, unknown> = {},
): Specification {
  const text = (id: string) => ({ en: id, zh: id });
  return readSpecification({
    format: "yunhe.dev/index/v1",
    id: "small",
    title: text("small"),
    kinds: [{ id: "region", label: text("region") }],
    indicators: ["a", "b", "c"].map((id) => ({
      id,
      label: text(id),
      unit: "1",
      direction: id === "c" ? "down" : "up",
      kind: "region",
    })),
    indices: [{ id: "all", label: text("all"), members: ["a", "b", "c"], ...index }],
    ...overrides,
  });
}

/** Rows of [entity, a, b, c]; null is missing. */
export function smallData(
  specification: Specification,
  rows: readonly (readonly [string, ...(number | string | null)[]])[],
  period = "2023",
) {
  return readDataFile(specification, {
    format: "yunhe.dev/index-data/v1",
    entities: [...new Set(rows.map(([id]) => id))].map((id) => ({ id, kind: "region" })),
    origins: [{ publisher: "test", status: "stated" }],
    observations: rows.flatMap(([entity, ...values]) =>
      values.map((value, k) => ({ entity, indicator: ["a", "b", "c"][k]!, period, value, origin: 0 })),
    ),
  });
}
