/**
 * The simulator: `npm run simulate -- --seeds 10000`. Every seed is a fleet of its own with faults of its own; a seed
 * that breaks a promise is shrunk and named with the command that shows it again. `--defects` runs the bug bench:
 * deliberate defects, and how many seeds it takes to find each. docs/explanation/simulation.md says how it works.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { Crowd } from "../tests/simulation/crowd.ts";
import { defects } from "../tests/simulation/defects/list.ts";
import { type FaultId, faultIds, faultKinds } from "../tests/simulation/faults.ts";
import { runSeed, type SeedReport } from "../tests/simulation/run.ts";
import { shrink } from "../tests/simulation/shrink.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1000" },
    from: { type: "string", default: "1" },
    jobs: { type: "string", default: String(availableParallelism()) },
    seed: { type: "string" },
    faults: { type: "string" },
    actions: { type: "string" },
    trace: { type: "boolean", default: false },
    shrink: { type: "boolean", default: false },
    defects: { type: "boolean", default: false },
    defect: { type: "string" },
    most: { type: "string", default: "1000" },
    "list-faults": { type: "boolean", default: false },
  },
});
const chunkSize = 20;

const hooksOf = (id: string | undefined) => {
  if (id === undefined) return undefined;
  const found = defects.find((defect) => defect.id === id);
  if (found === undefined)
    throw new Error(`no defect ${id}; there are: ${defects.map((each) => each.id).join(", ")}`);
  return found.hooks;
};

function faultsOf(text: string | undefined): FaultId[] | undefined {
  if (text === undefined) return undefined;
  if (text === "none") return [];
  return text.split(",").map((id) => {
    const known = faultIds.find((each) => each === id);
    if (known === undefined) throw new Error(`no fault ${id}; --list-faults names them`);
    return known;
  });
}

async function one(seed: number): Promise<boolean> {
  const options = {
    seed,
    faults: faultsOf(values.faults),
    actions: values.actions === undefined ? undefined : Number(values.actions),
    hooks: hooksOf(values.defect),
  };
  const report = await runSeed({ ...options, keepTrace: values.trace });
  for (const line of report.trace) console.log(line);
  console.log(`seed ${seed}: ${report.ok ? "all promises held" : report.message}`);
  console.log(`faults: ${report.faults.join(", ") || "none"}`);
  console.log(
    `digest ${report.digest}, ${report.steps} steps, ${(report.virtualMs / 1000).toFixed(1)} s of the world`,
  );
  if (values.shrink && !report.ok) console.log(`shrunk: ${(await shrink(report, options)).message}`);
  return report.ok;
}

async function many(): Promise<boolean> {
  const [from, seeds] = [Number(values.from), Number(values.seeds)];
  const crowd = new Crowd(Number(values.jobs));
  const started = performance.now();
  const failed: SeedReport[] = [];
  const struck = new Map<string, number>();
  let [done, steps, virtualMs] = [0, 0, 0];
  const chunks = Array.from({ length: Math.ceil(seeds / chunkSize) }, (_, index) => index * chunkSize);
  await Promise.all(
    chunks.map(async (offset) => {
      const reports = await crowd.run({ from: from + offset, count: Math.min(chunkSize, seeds - offset) });
      for (const report of reports) {
        steps += report.steps;
        virtualMs += report.virtualMs;
        for (const [id, count] of Object.entries(report.struck))
          struck.set(id, (struck.get(id) ?? 0) + count);
        if (!report.ok) failed.push(report);
      }
      done += reports.length;
      if (process.stderr.isTTY) process.stderr.write(`\r${done}/${seeds} seeds, ${failed.length} failed`);
    }),
  );
  crowd.close();
  const seconds = (performance.now() - started) / 1000;
  for (const report of failed.slice(0, 10)) console.log(`seed ${report.seed}: ${report.message}`);
  console.log(
    [...struck]
      .sort(([, a], [, b]) => b - a)
      .map(([id, count]) => `${id} ${count}`)
      .join(", "),
  );
  console.log(
    `${done} seeds in ${seconds.toFixed(0)} s (${(done / seconds).toFixed(1)}/s), ${steps} steps, ` +
      `${(virtualMs / 3_600_000).toFixed(1)} h of worlds, ${struck.size} of ${faultIds.length} kinds of fault struck, ` +
      `${failed.length} violations`,
  );
  return failed.length === 0;
}

async function firstFound(
  crowd: Crowd,
  defect: string,
  most: number,
): Promise<{ seeds: number; invariant: string }> {
  for (let from = 1; from <= most; from += chunkSize) {
    const reports = await crowd.run({ from, count: Math.min(chunkSize, most - from + 1), defect });
    const found = reports.find(({ ok }) => !ok);
    if (found !== undefined) return { seeds: found.seed, invariant: found.invariant ?? "" };
  }
  return { seeds: Infinity, invariant: "not found" };
}

/** How many seeds each deliberate defect survives. */
async function bench(): Promise<boolean> {
  const crowd = new Crowd(Number(values.jobs));
  const most = Number(values.most);
  const rows = await Promise.all(
    defects
      .filter(({ id }) => values.defect === undefined || values.defect.split(",").includes(id))
      .map(async ({ id, words }) => {
        const { seeds, invariant } = await firstFound(crowd, id, most);
        console.log(`${id.padEnd(26)} ${String(seeds).padStart(8)}  ${invariant.padEnd(10)} ${words}`);
        return { seeds };
      }),
  );
  crowd.close();
  const sorted = rows.map(({ seeds }) => seeds).sort((a, b) => a - b);
  const found = sorted.filter((seeds) => seeds !== Infinity).length;
  console.log(
    `${found} of ${rows.length} found; median ${sorted[Math.floor(sorted.length / 2)]} seeds (target 100)`,
  );
  return found === rows.length;
}

if (values["list-faults"])
  for (const [id, words] of Object.entries(faultKinds)) console.log(`${id.padEnd(28)} ${words}`);
else {
  const ok =
    values.seed !== undefined
      ? await one(Number(values.seed))
      : values.defects
        ? await bench()
        : await many();
  process.exitCode = ok ? 0 : 1;
}
