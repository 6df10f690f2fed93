import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { localShell, type RunOptions, type RunResult, type Shell } from "../src/access/shell.ts";
import { SubmitLanes } from "../src/access/submit-lanes.ts";

const real = localShell(undefined);
const shellOf = (run: Shell["run"]): Shell => ({ ...real, run });
const quiet: RunResult = { exitCode: 255, stdout: Buffer.from(""), stderr: "the line broke" };

describe("submissions that share shells", () => {
  test("each gets its own exit code and what its command said", async () => {
    const lanes = new SubmitLanes(real);
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, at) => lanes.submit(["sh", "-c", `cat; exit ${at}`], `job ${at}\n`)),
    );
    assert.deepEqual(
      results,
      Array.from({ length: 40 }, (_, at) => ({ exitCode: at, said: `job ${at}` })),
    );
    lanes.close();
  });

  test("those in a shell that dies are told; a line that stays broken fails at once", async () => {
    const line = new AbortController();
    const lanes = new SubmitLanes(
      shellOf((command, options = {}) =>
        real.run(command, { ...options, signal: AbortSignal.any([line.signal, options.signal!]) }),
      ),
    );
    const stuck = lanes.submit(["sleep", "60"], "");
    setTimeout(() => line.abort(), 200);
    await assert.rejects(stuck, /ended by SIGKILL/);
    // The shell is the same for all: a line that stays broken fails at once, never in silence.
    await assert.rejects(lanes.submit(["echo", "1"], ""));
  });

  test("a shell that is gone takes nothing more", async () => {
    const feeds: AsyncIterator<Uint8Array>[] = [];
    const lanes = new SubmitLanes(
      shellOf(async (command, options) => {
        if (feeds.length > 0) return real.run(command, options);
        const feed = feedOf(options);
        feeds.push(feed);
        await feed.next();
        return quiet;
      }),
    );
    await assert.rejects(lanes.submit(["echo", "lost"], ""), /ended early \(255\): the line broke/);
    const next = lanes.submit(["echo", "second"], "");
    assert.deepEqual(await feeds[0]!.next(), { done: true, value: undefined });
    assert.deepEqual(await next, { exitCode: 0, said: "second" });
    lanes.close();
  });

  test("who waits while the host cannot be reached is told, and it is not knocked at without a pause", async () => {
    let knocks = 0;
    const lanes = new SubmitLanes(
      shellOf(async () => {
        knocks++;
        throw new Error("no route to host");
      }),
    );
    const asked = Array.from({ length: 20 }, () => lanes.submit(["echo"], ""));
    const told = await Promise.allSettled(asked);
    assert.ok(told.every((one) => one.status === "rejected" && /no route/.test(String(one.reason))));
    assert.ok(knocks <= 3, `${knocks} shells were tried`);
  });
});

function feedOf(options: RunOptions | undefined): AsyncIterator<Uint8Array> {
  return (options!.input as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
}
