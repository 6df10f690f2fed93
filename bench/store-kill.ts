import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { crash, type CrashOutcome } from "../kernel/tests/crash-harness.ts";
import { killAtCall, reasonAgainstStriking } from "../tests/crashes/call-faults.ts";

/**
 * kill -9 of a writing store at random moments and at its n-th write or fsync: acknowledged writes lost (target: 0).
 *
 *     npm run bench -- store-kill [--kills 100] [--calls 100]
 *
 * A kill keeps what is in the page cache, so this says nothing about a power cut: `power-cut` does.
 */
const { values } = parseArgs({
  options: { kills: { type: "string", default: "100" }, calls: { type: "string", default: "100" } },
});
const kills = Number(values.kills);
const calls = reasonAgainstStriking ? 0 : Number(values.calls);
const roundsPerFile = 10;
const outcomes: CrashOutcome[] = [];
const atCall: Record<string, number> = {};

/** Mostly early ones, where the schema and the log are made; some far into checkpoints and compaction. */
const chooseCall = (): number => 1 + Math.floor(Math.random() ** 3 * 300);

for (let kill = 0; kill < kills + calls; kill += roundsPerFile) {
  const folder = mkdtempSync(join(tmpdir(), "yunhe-kill-"));
  const path = join(folder, "yunhe.db");
  for (let round = 0; round < Math.min(roundsPerFile, kills + calls - kill); round += 1) {
    if (outcomes.length < kills) outcomes.push(await crash(path, Math.random() ** 2 * 400));
    else {
      const call = (["pwrite64", "fsync", "ftruncate"] as const)[Math.floor(Math.random() ** 2 * 3)]!;
      const number = call === "ftruncate" ? 1 + (chooseCall() % 5) : chooseCall();
      outcomes.push(await killAtCall(path, call, number));
      atCall[call] = (atCall[call] ?? 0) + 1;
    }
    process.stderr.write(`\r${outcomes.length}/${kills + calls} kills`);
  }
  rmSync(folder, { recursive: true });
}
process.stderr.write("\n");

const sum = (of: (outcome: CrashOutcome) => number): number =>
  outcomes.reduce((total, outcome) => total + of(outcome), 0);
const reopen = outcomes.map(({ reopenMs }) => reopenMs).sort((left, right) => left - right);
const lost = sum((outcome) => outcome.lost);
const inconsistent = sum((outcome) => outcome.inconsistent);
const where = Object.entries(atCall).map(([call, count]) => `${count} at a ${call}`);
console.log(
  `${outcomes.length} kills (${[`${kills} at random moments`, ...where].join(", ")}), ${sum((outcome) => outcome.acknowledged)} acknowledged transactions of two writes`,
);
console.log(`lost ${lost} (target 0)   inconsistent ${inconsistent} (target 0)`);
console.log(
  `reopen p50 ${reopen[Math.floor(reopen.length / 2)]?.toFixed(0)} ms, max ${reopen.at(-1)?.toFixed(0)} ms`,
);
process.exitCode = lost + inconsistent === 0 ? 0 : 1;
