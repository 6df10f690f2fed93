/**
 * Kills the real server with SIGKILL, at random moments and at its n-th write or fsync, and looks for what was acknowledged.
 *
 *     npm run bench -- server-kill [--kills 100] [--calls 100] [--seed N]
 *
 * At random moments clients create objects and upload files through HTTP; at the n-th calls (by strace, where it is) they
 * run tasks too, and after each kill a server is started upon what is left: every task must come to its true end, with
 * its whole log, having run once. Each time all that was acknowledged is looked for and the store is verified.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { calls as callNames, reasonAgainstStriking } from "../tests/crashes/call-faults.ts";
import type { Found, Owed } from "../tests/crashes/power-cut.ts";
import { seeded } from "../tests/crashes/random.ts";
import { chooseCall, killServer } from "../tests/crashes/server-kills.ts";
import { serverWorkload } from "../tests/crashes/server-workload.ts";

const number = (value: number) => ({ type: "string", default: String(value) }) as const;
const { values } = parseArgs({
  options: { kills: number(100), calls: number(100), seed: number(Date.now() % 1_000_000) },
});
const kills = Number(values.kills);
const atCalls = reasonAgainstStriking ? 0 : Number(values.calls);
const seed = Number(values.seed);
const random = seeded(seed);
const total = { kills: 0, acknowledged: 0, lost: 0 };
const wrong: string[] = [];
const struck: Record<string, number> = {};

/** Kills once more upon the same data; gives what was found, and how many things were acknowledged before the kill. */
type Kill = (directory: string, owed: Owed) => Promise<Found & { readonly acknowledged: number }>;

async function atRandomMoment(directory: string, owed: Owed): ReturnType<Kill> {
  const longestMs = 800;
  const now = new Map(owed);
  const told = (thing: string, count: number): void => void now.set(thing, count);
  await serverWorkload.run(directory, random() * longestMs, told);
  return { ...(await serverWorkload.look(directory, now)), acknowledged: now.size - owed.size };
}

async function atCall(directory: string, owed: Owed): ReturnType<Kill> {
  const chosen = chooseCall(random);
  const found = await killServer(directory, chosen, { owed, forMs: 2500 });
  const where = found.struck === "not at the call" ? found.struck : `${chosen.call} ${found.struck}`;
  struck[where] = (struck[where] ?? 0) + 1;
  return { ...found, wrong: found.wrong.map((words) => `${chosen.call} ${chosen.number}: ${words}`) };
}

async function lane(rounds: number, roundsPerFolder: number, kill: Kill): Promise<void> {
  let folder = "";
  let owed: Owed = new Map();
  for (let round = 0; round < rounds; round += 1) {
    if (round % roundsPerFolder === 0) {
      discard(folder);
      folder = mkdtempSync(join(tmpdir(), "yunhe-kill-"));
      owed = new Map();
    }
    const found = await kill(join(folder, "data"), owed);
    total.kills += 1;
    total.acknowledged += found.acknowledged;
    total.lost += found.lost;
    wrong.push(...found.wrong.map((words) => `${words} (${folder})`));
    owed = found.there;
    process.stderr.write(`\r${total.kills}/${kills + atCalls} kills`);
  }
  discard(folder);
}

/** What is wrong stays, to be looked at. */
function discard(folder: string): void {
  if (folder === "" || wrong.some((words) => words.includes(folder))) return;
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

const inLanes = (count: number, lanes: number, roundsPerFolder: number, kill: Kill): Promise<unknown> =>
  Promise.all(
    Array.from({ length: lanes }, (_, index) =>
      lane(Math.floor((count + index) / lanes), roundsPerFolder, kill),
    ),
  );

await inLanes(kills, 2, 10, atRandomMoment);
await inLanes(atCalls, 3, 4, atCall);
console.log(
  `\r${total.kills} times kill -9 of the server (seed ${seed}; ${kills} at random moments): ${total.acknowledged} objects, files and tasks acknowledged, ${total.lost} lost (must be 0), ${wrong.length} otherwise wrong (must be 0)`,
);
for (const call of callNames) {
  const [starting = 0, working = 0] = [struck[`${call} starting`], struck[`${call} working`]];
  if (atCalls > 0)
    console.log(`    ${starting + working} at a ${call} (${starting} while it started, ${working} at work)`);
}
if (atCalls > 0)
  console.log(`    ${struck["not at the call"] ?? 0} after a while, since the n-th call did not come`);
else if (reasonAgainstStriking) console.log(`    none at the n-th call: ${reasonAgainstStriking}`);
for (const words of wrong.slice(0, 20)) console.log(`    ${words}`);
process.exitCode = total.lost + wrong.length === 0 ? 0 : 1;
