/**
 * Kills the control plane, slurmctld and slurmds, breaks the line to the cluster and loses its answers, round after
 * round, and looks whether anything was lost, ran twice or was charged twice. Each round is a seed; the same seed has
 * the same weather and the same tasks. Sums of all rounds are kept in FILE, so that they add up over runs.
 *   npm run bench -- chaos MINUTES [SEED] [FILE]     (needs root, Slurm's packages and sshd; SEED alone again: MINUTES 0)
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { describeRound, listOf, playRound, type RoundReport } from "../tests/chaos/round.ts";
import { chaosMissing } from "../tests/chaos/world.ts";

const minutes = Number(process.argv[2] ?? 5);
let seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const file = process.argv[4];
const missing = chaosMissing();
if (missing !== undefined) {
  console.log(`not run: ${missing}`);
  process.exit(0);
}
const untilMs = performance.now() + minutes * 60_000;
do {
  const keep = process.env["YUNHE_KEEP"] === "1";
  const report = await playRound({ seed, forMs: 90_000, stallMs: 240_000, keep });
  console.log(describeRound(report));
  for (const line of report.explained) if (keep) console.log(`    ${line}`);
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(report)}\n`);
  if (report.broken.length > 0) {
    process.exitCode = 1;
    if (keep) break;
  }
  seed += 1;
} while (performance.now() < untilMs);
if (file !== undefined && existsSync(file)) console.log(sumOf(file));

function sumOf(name: string): string {
  const reports = readFileSync(name, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as RoundReport);
  const injected: Record<string, number> = {};
  for (const report of reports)
    for (const [what, count] of Object.entries(report.injected))
      injected[what] = (injected[what] ?? 0) + count;
  const sum = (of: (report: RoundReport) => number): number =>
    reports.reduce((all, each) => all + of(each), 0);
  return [
    `${reports.length} rounds, ${(sum(({ stormMs, settledMs }) => stormMs + settledMs) / 60_000).toFixed(1)} minutes (${(sum(({ stormMs }) => stormMs) / 60_000).toFixed(1)} of weather), ${sum(({ tasks }) => tasks)} tasks, ${sum(({ attempts }) => attempts)} attempts`,
    `injected: ${listOf(injected)}`,
    `broken: ${sum(({ broken }) => broken.length)}`,
  ].join("\n");
}
