import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { describeRound, playRound } from "./round.ts";
import { chaosMissing } from "./world.ts";

const missing = chaosMissing();
if (missing !== undefined && process.env["YUNHE_CI"] === "1")
  throw new Error(`continuous integration must have it: ${missing}`);

/** Another one each time, so that runs add up; a given one shows a failure again. */
const seed = Number(process.env["YUNHE_CHAOS_SEED"] ?? Date.now() % 1_000_000);

describe("whatever dies or breaks", missing === undefined ? {} : { skip: missing }, () => {
  test(`nothing is lost, runs twice or is charged twice (seed ${seed})`, async (context) => {
    const report = await playRound({ seed, forMs: 30_000, stallMs: 240_000 });
    for (const line of describeRound(report).split("\n")) context.diagnostic(line);
    assert.deepEqual(report.broken, [], `again: YUNHE_CHAOS_SEED=${seed} npm test tests/chaos`);
  });
});
