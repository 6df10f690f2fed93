import { dataFromColumns } from "../logic/evaluation/src/data/dataset.ts";
import { RandomStream } from "../logic/evaluation/src/robustness/random.ts";
import { readSpecification } from "../logic/evaluation/src/specification/parse.ts";

/** A two-level index of the given size over pseudo-random data from a fixed seed. */
export function syntheticIndex(
  entities: number,
  indicators: number,
  groups: number,
  extra: Record<string, unknown> = {},
) {
  const text = (id: string) => ({ en: id, zh: id });
  const random = new RandomStream(7);
  const ids = Array.from({ length: indicators }, (_, k) => `i${k + 1}`);
  const specification = readSpecification({
    format: "yunhe.dev/index/v1",
    id: "bench",
    title: text("bench"),
    kinds: [{ id: "unit", label: text("unit") }],
    indicators: ids.map((id, k) => ({
      id,
      label: text(id),
      unit: "1",
      direction: k % 5 === 4 ? "down" : "up",
      kind: "unit",
    })),
    indices: [
      ...Array.from({ length: groups }, (_, g) => ({
        id: `g${g + 1}`,
        label: text(`g${g + 1}`),
        members: ids.filter((_, k) => k % groups === g),
      })),
      { id: "total", label: text("total"), members: Array.from({ length: groups }, (_, g) => `g${g + 1}`) },
    ],
    ...extra,
  });
  const units = Array.from({ length: entities }, (_, e) => ({
    id: `u${e + 1}`,
    kind: "unit",
    label: text(`u${e + 1}`),
  }));
  const columns = new Map(ids.map((id) => [id, Float64Array.from(units, () => 10 + 90 * random.uniform())]));
  return {
    specification,
    data: dataFromColumns(specification, units, ["2023"], columns, {
      publisher: "bench",
      status: "synthetic",
    }),
  };
}

/** The fastest of `repeats` runs, in milliseconds, after one run to warm up. */
export function fastestMs(repeats: number, run: () => unknown): number {
  run();
  let best = Number.POSITIVE_INFINITY;
  for (let k = 0; k < repeats; k += 1) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}
