import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { below, reasonAgainstStriking } from "./crashes/call-faults.ts";
import type { Struck } from "./crashes/faulted-server.ts";
import type { Owed } from "./crashes/power-cut.ts";
import { seeded } from "./crashes/random.ts";
import { chooseCall, killServer } from "./crashes/server-kills.ts";
import {
  attemptsOf,
  ended,
  logOf,
  object,
  sh,
  submit,
  tasksOf,
  taskWhen,
  usageOf,
  volumesOf,
} from "./objects.ts";
import { startYunhe, until } from "./yunhe.ts";

const skipStriking = reasonAgainstStriking !== undefined && `${reasonAgainstStriking} (may skip in CI)`;

describe("the server is killed in the middle of its work", () => {
  let yunhe: Awaited<ReturnType<typeof startYunhe>>;
  before(async () => {
    yunhe = await startYunhe();
    await volumesOf(yunhe.client).create("default", object("Volume", "tally"));
  });
  after(() => yunhe.close());
  const tally = [{ name: "tally", mountPath: "tally" }];
  const lines = (file: string): string[] => {
    try {
      return readFileSync(join(yunhe.directory, "volumes/default/tally", file), "utf8")
        .trim()
        .split("\n");
    } catch {
      return [];
    }
  };

  test("what runs goes on and is adopted, what ended meanwhile has its true exit code, and the log is whole", async () => {
    const script = (file: string, code: number) =>
      sh(
        `echo begun; echo run >> tally/${file}; while [ ! -e tally/${file}-go ]; do sleep 0.02; done; echo done; exit ${code}`,
      );
    await submit(yunhe.client, "runs-on", { command: script("a", 3), volumes: tally });
    await submit(yunhe.client, "ends-meanwhile", { command: script("b", 42), volumes: tally });
    await submit(yunhe.client, "dies-meanwhile", {
      command: sh("echo run >> tally/c; while [ ! -e tally/b-go ]; do sleep 0.02; done; kill -SEGV $$"),
      volumes: tally,
    });
    for (const name of ["runs-on", "ends-meanwhile", "dies-meanwhile"])
      await taskWhen(yunhe.client, name, "runs", ({ status }) => status?.phase === "Running");
    await until("all three have begun", () => ["a", "b", "c"].every((file) => lines(file).length === 1));
    await yunhe.kill();
    go("b");
    await yunhe.restart();
    const { status: meanwhile } = await ended(yunhe.client, "ends-meanwhile");
    assert.deepEqual([meanwhile!.exitCode, meanwhile!.attempts], [42, 1]);
    const { status: dead } = await ended(yunhe.client, "dies-meanwhile");
    assert.deepEqual([dead!.signal, dead!.attempts], ["SIGSEGV", 1]);
    assert.equal((await tasksOf(yunhe.client).get("default", "runs-on")).status!.phase, "Running");
    go("a");
    const { status: adopted } = await ended(yunhe.client, "runs-on");
    assert.deepEqual([adopted!.exitCode, adopted!.attempts], [3, 1]);
    assert.equal(await logOf(yunhe.client, "runs-on"), "begun\ndone\n");
    for (const file of ["a", "b", "c"]) assert.deepEqual(lines(file), ["run"]);
  });

  test("as soon as it serves again it has the logs of what was over before", async () => {
    await yunhe.kill();
    await yunhe.restart();
    assert.equal(await logOf(yunhe.client, "runs-on"), "begun\ndone\n");
  });

  test("an adopted task can be cancelled", async () => {
    await submit(yunhe.client, "to-cancel", { command: ["sleep", "600"] });
    await taskWhen(yunhe.client, "to-cancel", "runs", ({ status }) => status?.phase === "Running");
    await yunhe.kill();
    await yunhe.restart();
    assert.equal((await yunhe.run(["cancel", "to-cancel"])).code, 0);
    assert.equal((await ended(yunhe.client, "to-cancel")).status!.phase, "Cancelled");
  });

  test("a task's time limit holds while no server is alive, and it ended when it did", async () => {
    const limitMs = 4000;
    const command = sh("echo run >> tally/long; sleep 600");
    await submit(yunhe.client, "too-long", { command, volumes: tally, timeout: `${limitMs}ms` });
    await taskWhen(yunhe.client, "too-long", "runs", ({ status }) => status?.phase === "Running");
    const attempt = () => attemptsOf(yunhe.client).get("default", "too-long-1");
    const { uid } = (await attempt()).metadata;
    await yunhe.kill();
    const record = join(yunhe.directory, "pools/local/live", uid, "started");
    await until("nothing of it is left", () => /^ended /m.test(readFileSync(record, "utf8")));
    const goneMs = Date.now();
    await yunhe.restart();
    const { status } = await ended(yunhe.client, "too-long");
    assert.deepEqual([status!.phase, status!.reason, status!.attempts], ["Failed", "TimedOut", 1]);
    const { outcome, startedAt, endedAt } = (await attempt()).status!;
    assert.deepEqual(outcome, { type: "timed-out", limitMs });
    const ranMs = Date.parse(endedAt!) - Date.parse(startedAt!);
    assert.ok(ranMs >= limitMs && Date.parse(endedAt!) <= goneMs, `it ran for ${ranMs} ms`);
  });

  test("of a hundred short tasks none is lost and none runs twice, however often the server is killed", async () => {
    const count = 100;
    const script =
      "echo $YUNHE_INDEX >> tally/many; sleep 0.0$((YUNHE_INDEX % 10)); exit $((YUNHE_INDEX % 3))";
    await submit(yunhe.client, "many", {
      command: sh(script),
      volumes: tally,
      array: { count },
      resources: { cpus: 0.1, memory: "16Mi" },
    });
    for (const enough of [5, 30, 60, 90]) {
      await until(`${enough} have run`, () => lines("many").length >= enough);
      await yunhe.kill();
      await yunhe.restart();
    }
    const { status } = await ended(yunhe.client, "many");
    assert.deepEqual(
      [status!.array!["total"], status!.array!["succeeded"], status!.array!["failed"]],
      [count, 34, 66],
    );
    assert.deepEqual(
      lines("many")
        .map(Number)
        .toSorted((a, b) => a - b),
      Array.from({ length: count }, (_, i) => i),
    );
    const { items: attempts } = await attemptsOf(yunhe.client).list({ namespace: "default" });
    const ofArray = attempts.filter(({ spec }) => /^many-\d+$/.test(spec.task));
    assert.equal(ofArray.length, count);
    for (const { spec, status } of ofArray)
      assert.deepEqual(status!.outcome, { type: "exited", exitCode: Number(spec.task.slice(5)) % 3 });
    await until("each attempt has one last usage record", async () => {
      const { items } = await usageOf(yunhe.client).list({ namespace: "default" });
      const ends = items.filter(({ spec }) => spec.final && /^many-\d+$/.test(spec.task));
      assert.equal(new Set(ends.map(({ spec }) => spec.attemptUid)).size, ends.length);
      return ends.length === count;
    });
  });

  test("the admin's token is still good, the audit log unbroken and the queue open", async () => {
    const verified = await yunhe.run(["audit", "verify"]);
    assert.equal(verified.code, 0, verified.out);
    assert.equal((await yunhe.run(["run", "echo", "still here"])).out, "still here\n");
  });

  function go(file: string): void {
    // What a task waits for appears in its volume, as if another task had left it there.
    writeFileSync(join(yunhe.directory, "volumes/default/tally", `${file}-go`), "");
  }
});

describe("the server is killed at its n-th write or fsync", { skip: skipStriking }, () => {
  const folder = mkdtempSync(join(tmpdir(), "yunhe-crash-"));
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));

  test("what a struck program starts is not struck with it", () => {
    const fault = { calls: ["write"], injection: "signal=KILL", when: "20" } as const;
    const counts = "i=0; while [ $i -lt 50 ]; do echo $i; i=$((i+1)); done";
    const strike = (script: string) => {
      const [program, ...args] = [...below(fault, true), "sh", "-c", script];
      return spawnSync(program, args, { encoding: "utf8" });
    };
    const { status, stdout } = strike(`sh -c '${counts}'; exit 7`);
    assert.deepEqual([status, stdout.trim().split("\n").length], [7, 50]);
    assert.equal(strike(counts).signal, "SIGKILL");
  });

  test("it has all that it acknowledged, and every task comes to its true end, having run once", async () => {
    const random = seeded(11);
    let owed: Owed = new Map();
    const struck: Struck[] = [];
    for (let kill = 0; kill < 3; kill += 1) {
      const chosen = chooseCall(random);
      const found = await killServer(join(folder, "data"), chosen, { owed, forMs: 1000 });
      const { lost, wrong } = found;
      assert.deepEqual({ lost, wrong }, { lost: 0, wrong: [] }, `${chosen.call} ${chosen.number}`);
      struck.push(found.struck);
      owed = found.there;
    }
    assert.ok(struck.some((when) => when !== "not at the call"));
    assert.ok(owed.size > 0);
  });
});
