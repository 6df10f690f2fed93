/**
 * Cuts the power of a disk with a volatile cache under the store and the real server, and looks for what was acknowledged.
 *
 *     npm run bench -- power-cut [--cuts 100] [--seed N]
 *
 * The controls (a disk that ignores flushes; a store whose fsync does nothing) must lose something, or the harness is blind.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { reasonAgainstCuts } from "../tests/crashes/disk/file-system.ts";
import {
  cutPower,
  type Found,
  type PowerCutOptions,
  type PowerCutOutcome,
} from "../tests/crashes/power-cut.ts";
import { seeded } from "../tests/crashes/random.ts";
import { serverWorkload } from "../tests/crashes/server-workload.ts";
import { storeWorkload, withoutFsync } from "../tests/crashes/store-workload.ts";

const { values } = parseArgs({
  options: {
    cuts: { type: "string", default: "100" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});
const cutsPerSession = 10;
const sessions = Math.max(1, Math.ceil(Number(values.cuts) / cutsPerSession / 2));

const folder = mkdtempSync(join(tmpdir(), "yunhe-power-"));
const reason = await reasonAgainstCuts(folder);
rmSync(folder, { recursive: true });
if (reason !== undefined) {
  console.log(`The power cannot be cut here: ${reason}`);
  process.exit(2);
}
console.log(`seed ${values.seed}`);

async function run(
  name: string,
  options: Omit<PowerCutOptions, "random" | "onCut" | "cutsPerSession">,
): Promise<PowerCutOutcome> {
  const random = seeded(Number(values.seed));
  const started = performance.now();
  let done = 0;
  const onCut = ({ lost, wrong }: Found): void => {
    process.stderr.write(`\r${name}: ${(done += 1)} cuts `);
    if (lost + wrong.length > 0) process.stderr.write(`\n${lost} lost ${wrong.join("; ")}\n`);
  };
  const outcome = await cutPower({ ...options, random, cutsPerSession, onCut });
  const { cuts, sessions, owed, lost, wrong, writes, flushes } = { ...options, ...outcome };
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    `\r${name}: ${cuts} power cuts in ${sessions} sessions (${writes} disk writes, ${flushes} flushes); ${owed} acknowledged things looked for, ${lost} lost, ${wrong.length} otherwise wrong; ${seconds} s`,
  );
  return outcome;
}

const outcomes = [
  await run("store", { workload: storeWorkload(), sessions, sessionMs: 1500 }),
  await run("server", { workload: serverWorkload, sessions, sessionMs: 1500 }),
];
const controls = [
  await run("control: a disk that ignores flushes", {
    workload: storeWorkload(),
    sessions: 1,
    sessionMs: 1500,
    ignoresFlushes: true,
  }),
  await run("control: a store without fsync", {
    workload: storeWorkload({ below: withoutFsync }),
    sessions: 1,
    sessionMs: 1500,
  }),
];
const kept = outcomes.every(({ lost, wrong }) => lost + wrong.length === 0);
const sighted = controls.every(({ lost }) => lost > 0);
console.log(
  `lost: ${kept ? "nothing (target: nothing)" : "SOMETHING"}; controls ${sighted ? "lose, as they must" : "LOSE NOTHING: the harness is blind"}`,
);
process.exitCode = kept && sighted ? 0 : 1;
