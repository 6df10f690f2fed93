/**
 * Kills the real server with SIGKILL at random moments while clients create objects and upload files through HTTP, looks
 * for every one that was acknowledged and verifies the store. What was lost must be nothing.
 *
 *     npm run bench -- server-kill [--kills 100]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Owed } from "../tests/crashes/power-cut.ts";
import { serverWorkload } from "../tests/crashes/server-workload.ts";

const { values } = parseArgs({ options: { kills: { type: "string", default: "100" } } });
const kills = Number(values.kills);
const lanes = 2;
const roundsPerFolder = 10;
const longestMs = 800;
const total = { kills: 0, acknowledged: 0, lost: 0 };
const wrong: string[] = [];

/** Kills after kill upon the same data. */
async function lane(rounds: number): Promise<void> {
  let folder = "";
  let owed: Owed = new Map();
  for (let round = 0; round < rounds; round += 1) {
    if (round % roundsPerFolder === 0) {
      if (folder !== "") rmSync(folder, { recursive: true, force: true });
      folder = mkdtempSync(join(tmpdir(), "yunhe-kill-"));
      owed = new Map();
    }
    const directory = join(folder, "data");
    const now = new Map(owed);
    await serverWorkload.run(directory, Math.random() * longestMs, (thing, count) => now.set(thing, count));
    const found = await serverWorkload.look(directory, now);
    total.kills += 1;
    total.acknowledged += now.size - owed.size;
    total.lost += found.lost;
    wrong.push(...found.wrong);
    owed = found.there;
    process.stderr.write(`\r${total.kills}/${kills} kills`);
  }
  rmSync(folder, { recursive: true, force: true });
}

await Promise.all(Array.from({ length: lanes }, (_, index) => lane(Math.floor((kills + index) / lanes))));
console.log(
  `\r${total.kills} times kill -9 of the server: ${total.acknowledged} objects and files acknowledged, ${total.lost} lost (must be 0), ${wrong.length} otherwise wrong (must be 0)`,
);
for (const words of wrong.slice(0, 5)) console.log(`    ${words}`);
process.exitCode = total.lost + wrong.length === 0 ? 0 : 1;
