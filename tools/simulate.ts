/**
 * The simulator: `npm run simulate -- --seeds 10000`. Every seed is a fleet of its own with faults of its own; a seed
 * that breaks a promise is shrunk and named with the command that shows it again. `--defects` runs the bug bench:
 * deliberate defects, and how many seeds it takes to find each. `--record FILE` notes what is done, so that a long run
 * may be interrupted; `--digests N` shows what two machines or versions of Node must agree upon.
 * docs/explanation/simulation.md says how it works.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { Crowd } from "../tests/simulation/crowd.ts";
import { defects } from "../tests/simulation/defects/list.ts";
import { type FaultId, faultIds, faultKinds } from "../tests/simulation/faults.ts";
import { Record } from "../tests/simulation/record.ts";
import { runSeed } from "../tests/simulation/run.ts";
import { shrink } from "../tests/simulation/shrink.ts";
import { describeTally, sumOf, type Tally, tallyOf } from "../tests/simulation/tally.ts";

const usage = `npm run simulate -- [options]
  --seeds 1000 [--from 1] [--jobs CORES] [--record FILE]   many seeds; with a record they may be interrupted
  --seed N [--faults a,b] [--actions N] [--trace] [--shrink] [--defect ID]   one seed, to look at
  --defects [--defect a,b] [--most 1000]   the bug bench: how many seeds each deliberate defect survives
  --digests N   what two machines or versions of Node must agree upon
  --list-faults`;

/** What was asked for; whoever asks wrongly is told how. */
const { values } = asked(() =>
  parseArgs({
    options: {
      help: { type: "boolean", default: false },
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
      record: { type: "string" },
      digests: { type: "string" },
      most: { type: "string", default: "1000" },
      "list-faults": { type: "boolean", default: false },
    },
  }),
);
const chunkSize = 20;
/** Seeds of one line of a record. */
const recordedAtOnce = 1000;

function asked<Result>(parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}

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

/** Runs `count` seeds from `from` over all workers. */
async function run(crowd: Crowd, from: number, count: number): Promise<Tally> {
  const started = performance.now();
  const chunks = Array.from({ length: Math.ceil(count / chunkSize) }, (_, index) => index * chunkSize);
  let done = 0;
  const reports = await Promise.all(
    chunks.map(async (offset) => {
      const some = await crowd.run({ from: from + offset, count: Math.min(chunkSize, count - offset) });
      done += some.length;
      if (process.stderr.isTTY) process.stderr.write(`\r${done}/${count} seeds from ${from}`);
      return some;
    }),
  );
  return tallyOf(reports.flat(), (performance.now() - started) / 1000);
}

async function many(): Promise<boolean> {
  const [from, seeds] = [Number(values.from), Number(values.seeds)];
  const crowd = new Crowd(Number(values.jobs));
  const tally =
    values.record === undefined
      ? await run(crowd, from, seeds)
      : await recorded(crowd, from, seeds, new Record(values.record));
  crowd.close();
  console.log(describeTally(tally));
  return tally.failures.length === 0;
}

/** The same in pieces, leaving out those that are on record; the sum is that of all of the record. */
async function recorded(crowd: Crowd, from: number, seeds: number, record: Record): Promise<Tally> {
  for (let start = from; start < from + seeds; start += recordedAtOnce) {
    const count = Math.min(recordedAtOnce, from + seeds - start);
    if (record.has(start, count)) continue;
    const tally = await run(crowd, start, count);
    record.add(start, tally);
    const speed = (count / tally.seconds).toFixed(1);
    console.log(`seeds ${start} to ${start + count - 1}: ${tally.failures.length} violations, ${speed}/s`);
  }
  console.log(`commit ${record.commit}`);
  return sumOf(record.tallies());
}

async function digests(count: number): Promise<boolean> {
  for (let seed = 1; seed <= count; seed += 1) console.log(`${seed} ${(await runSeed({ seed })).digest}`);
  return true;
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

if (values.help) console.log(usage);
else if (values["list-faults"])
  for (const [id, words] of Object.entries(faultKinds)) console.log(`${id.padEnd(28)} ${words}`);
else {
  const ok =
    values.seed !== undefined
      ? await one(Number(values.seed))
      : values.digests !== undefined
        ? await digests(Number(values.digests))
        : values.defects
          ? await bench()
          : await many();
  process.exitCode = ok ? 0 : 1;
}
