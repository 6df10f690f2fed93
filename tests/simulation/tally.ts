import { hash } from "node:crypto";
import { faultIds } from "./faults.ts";
import type { SeedReport } from "./run.ts";

export interface Failure {
  readonly seed: number;
  readonly invariant: string;
  readonly message: string;
}

/** What some seeds came to; as a line of JSON it is what a record keeps of them. */
export interface Tally {
  readonly seeds: number;
  readonly steps: number;
  readonly virtualMs: number;
  /** Time that it took, all workers together. */
  readonly seconds: number;
  readonly struck: Readonly<Record<string, number>>;
  readonly failures: readonly Failure[];
  /** SHA-256 over the digests of the seeds, in order; of several tallies over theirs. */
  readonly digest: string;
}

export function tallyOf(reports: readonly SeedReport[], seconds: number): Tally {
  const struck: Record<string, number> = {};
  for (const report of reports)
    for (const [id, count] of Object.entries(report.struck)) struck[id] = (struck[id] ?? 0) + count;
  return {
    seeds: reports.length,
    steps: reports.reduce((sum, { steps }) => sum + steps, 0),
    virtualMs: Math.round(reports.reduce((sum, { virtualMs }) => sum + virtualMs, 0)),
    seconds,
    struck,
    failures: reports
      .filter(({ ok }) => !ok)
      .map(({ seed, invariant = "", message = "" }) => ({ seed, invariant, message })),
    digest: hash("sha256", reports.map(({ digest }) => digest).join("\n")),
  };
}

/** `tallies` in the order of their seeds. */
export function sumOf(tallies: readonly Tally[]): Tally {
  const struck: Record<string, number> = {};
  for (const tally of tallies)
    for (const [id, count] of Object.entries(tally.struck)) struck[id] = (struck[id] ?? 0) + count;
  const total = (of: (tally: Tally) => number): number => tallies.reduce((sum, tally) => sum + of(tally), 0);
  return {
    seeds: total(({ seeds }) => seeds),
    steps: total(({ steps }) => steps),
    virtualMs: total(({ virtualMs }) => virtualMs),
    seconds: total(({ seconds }) => seconds),
    struck,
    failures: tallies.flatMap(({ failures }) => failures),
    digest: hash("sha256", tallies.map(({ digest }) => digest).join("\n")),
  };
}

/** What a person reads at the end of a run. */
export function describeTally({ seeds, steps, virtualMs, seconds, struck, failures, digest }: Tally): string {
  const kinds = Object.entries(struck).sort(([, left], [, right]) => right - left);
  return [
    ...failures.slice(0, 10).map(({ seed, message }) => `seed ${seed}: ${message}`),
    kinds.map(([id, count]) => `${id} ${count}`).join(", "),
    `digest of all ${digest}`,
    `${seeds} seeds in ${seconds.toFixed(0)} s (${(seeds / seconds).toFixed(1)}/s), ${steps} steps, ` +
      `${(virtualMs / 3_600_000).toFixed(1)} h of worlds, ${kinds.length} of ${faultIds.length} kinds of fault struck, ` +
      `${failures.length} violations`,
  ].join("\n");
}
