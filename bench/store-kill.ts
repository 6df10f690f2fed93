import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { crash, type CrashOutcome } from "../kernel/tests/crash-harness.ts";

/**
 * kill -9 of a writing server at random moments: acknowledged writes lost (target: 0) and half transactions found. A
 * kill keeps what is in the page cache, so this says nothing about a power cut; synchronous=FULL is for that.
 */
const { values } = parseArgs({ options: { kills: { type: "string", default: "100" } } });
const kills = Number(values.kills);
const roundsPerFile = 10;
const outcomes: CrashOutcome[] = [];

for (let kill = 0; kill < kills; kill += roundsPerFile) {
  const folder = mkdtempSync(join(tmpdir(), "yunhe-kill-"));
  for (let round = 0; round < Math.min(roundsPerFile, kills - kill); round += 1) {
    outcomes.push(await crash(join(folder, "yunhe.db"), Math.random() ** 2 * 400));
    process.stderr.write(`\r${outcomes.length}/${kills} kills`);
  }
  rmSync(folder, { recursive: true });
}
process.stderr.write("\n");

const sum = (of: (outcome: CrashOutcome) => number): number =>
  outcomes.reduce((total, outcome) => total + of(outcome), 0);
const reopen = outcomes.map(({ reopenMs }) => reopenMs).sort((left, right) => left - right);
const lost = sum((outcome) => outcome.lost);
const inconsistent = sum((outcome) => outcome.inconsistent);
console.log(
  `${kills} kills, ${sum((outcome) => outcome.acknowledged)} acknowledged transactions of two writes`,
);
console.log(`lost ${lost} (target 0)   inconsistent ${inconsistent} (target 0)`);
console.log(
  `reopen p50 ${reopen[Math.floor(kills / 2)]?.toFixed(0)} ms, max ${reopen.at(-1)?.toFixed(0)} ms`,
);
process.exitCode = lost + inconsistent === 0 ? 0 : 1;
