import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import {
  attemptsOf,
  ended,
  isOver,
  logOf,
  object,
  poolReady,
  poolsOf,
  sh,
  submit,
  tasksOf,
  taskWhen,
  volumesOf,
} from "./objects.ts";
import { startYunhe, until } from "./yunhe.ts";

describe("a task that a person runs on this machine", () => {
  let yunhe: Awaited<ReturnType<typeof startYunhe>>;
  before(async () => {
    yunhe = await startYunhe();
    // Else the first one may say on its standard error what it waits for.
    await poolReady(yunhe.client, "local");
  });
  after(() => yunhe.close());
  const run = (...args: string[]) => yunhe.run(["run", "--memory", "64Mi", ...args]);

  test("its output is shown once and its exit code is passed on", async () => {
    assert.deepEqual(await run("sh", "-c", "echo to be seen; echo beside it >&2"), {
      code: 0,
      out: "to be seen\nbeside it\n",
      error: "",
    });
    const failed = await run("sh", "-c", "echo last words; exit 7");
    assert.deepEqual([failed.code, failed.out], [7, "last words\n"]);
    assert.match(failed.error, /^Task sh-[0-9a-f]{6}: The program returned 7; its log says more\.\n$/);
  });

  test("a signal is told from an exit code that looks like one", async () => {
    const killed = await run("--name", "killed", "sh", "-c", "kill -9 $$");
    const exited = await run("--name", "exited", "sh", "-c", "exit 137");
    assert.deepEqual([killed.code, exited.code], [137, 137]);
    const status = async (name: string) => (await tasksOf(yunhe.client).get("default", name)).status!;
    assert.deepEqual(pick(await status("killed"), "reason", "signal", "exitCode"), {
      reason: "Signaled",
      signal: "SIGKILL",
      exitCode: undefined,
    });
    assert.deepEqual(pick(await status("exited"), "reason", "signal", "exitCode"), {
      reason: "NonZeroExit",
      signal: undefined,
      exitCode: 137,
    });
  });

  test("a command that does not exist fails at once, with what to do", async () => {
    const { code, error } = await run("--retries", "5", "no-such-program");
    assert.equal(code, 125);
    assert.match(error, /There is no program "no-such-program" that can be run: check its name/);
  });

  test("it sees its own environment, folder and user, and nothing of the server's", async () => {
    const out = await run(
      "--env",
      "GREETING=hello there",
      "--workdir",
      "deep/inside",
      "--cpus",
      "1.5",
      "sh",
      "-c",
      'echo "$GREETING"; pwd; echo "$YUNHE_TASK $YUNHE_PROJECT $YUNHE_CPU_MILLI"; env | grep -c TOKEN',
    );
    const [greeting, folder, own, tokens] = out.out.trim().split("\n");
    assert.equal(greeting, "hello there");
    assert.match(folder!, /\/deep\/inside$/);
    assert.match(own!, /^sh-[0-9a-f]{6} default 1500$/);
    assert.equal(tokens, "0");
  });

  test("files go in with their mode, and files come out, also from folders and globs", async () => {
    writeFileSync(
      join(yunhe.folder, "double.sh"),
      "#!/bin/sh\nmkdir -p made\nsed p $1 > made/twice.txt\necho 3 > made/n.csv\n",
      {
        mode: 0o755,
      },
    );
    writeFileSync(join(yunhe.folder, "words.txt"), "云鹤\n");
    const files = ["--file", "double.sh", "--file", "words.txt:in/words.txt"];
    const outputs = ["--output", "made/twice.txt", "--output", "**/*.csv"];
    const done = await run("--name", "files", ...files, ...outputs, "./double.sh", "in/words.txt");
    assert.equal(done.code, 0, done.error);
    const { code, error } = await yunhe.run(["outputs", "files", "results"]);
    assert.equal(code, 0, error);
    assert.equal(readFileSync(join(yunhe.folder, "results/made/twice.txt"), "utf8"), "云鹤\n云鹤\n");
    assert.equal(readFileSync(join(yunhe.folder, "results/made/n.csv"), "utf8"), "3\n");
  });

  test("more memory than it asked for ends it, and it is said that this was why", async () => {
    await submit(yunhe.client, "greedy", {
      command: ["node", "-e", "const kept = []; for (;;) kept.push(Buffer.alloc(8 << 20, 1));"],
      retries: { limit: 0 },
    });
    const { status } = await ended(yunhe.client, "greedy");
    assert.deepEqual(pick(status!, "phase", "reason"), { phase: "Failed", reason: "OutOfMemory" });
    assert.match(status!.message!, /more than the 67108864 bytes.*raise spec\.resources\.memory/);
  });

  test("a timeout ends it", async () => {
    await submit(yunhe.client, "slow", { command: ["sleep", "600"], timeout: "300ms" });
    const { status } = await ended(yunhe.client, "slow");
    assert.deepEqual(pick(status!, "phase", "reason"), { phase: "Failed", reason: "TimedOut" });
  });

  test("cancel ends it with everything it started, and is final", async () => {
    await volumesOf(yunhe.client).create("default", object("Volume", "pulse"));
    // A grandchild in a session of its own, deaf to SIGTERM, that leaves a sign of life as long as it lives.
    const deaf = "trap '' TERM; while :; do echo alive >> pulse/log; sleep 0.05; done";
    await submit(yunhe.client, "family", {
      command: sh(`setsid sh -c "${deaf}" & ${deaf}`),
      volumes: [{ name: "pulse", mountPath: "pulse" }],
    });
    const beats = (): number => {
      try {
        return readFileSync(join(yunhe.directory, "volumes/default/pulse/log"), "utf8").length;
      } catch {
        return 0;
      }
    };
    await until("both are alive", () => beats() > 0);
    const { code, error } = await yunhe.run(["cancel", "family"]);
    assert.equal(code, 0, error);
    await taskWhen(yunhe.client, "family", "is cancelled", ({ status }) => status?.phase === "Cancelled");
    const before = beats();
    // As many beats as twenty more tasks take would show one that lives on.
    for (let i = 0; i < 5; i++) await run("true");
    assert.equal(beats(), before);
    const { spec, metadata } = await tasksOf(yunhe.client).get("default", "family");
    const back = {
      ...(await tasksOf(yunhe.client).get("default", "family")),
      metadata,
      spec: { ...spec, cancelled: false },
    };
    await assert.rejects(tasksOf(yunhe.client).replace("default", "family", back), /Cancel is final/);
  });

  test("a failure is tried again after a pause that grows, as often as allowed and no more", async () => {
    await submit(yunhe.client, "stubborn", {
      command: sh("exit 3"),
      retries: { limit: 2, backoff: "200ms" },
    });
    const { status } = await ended(yunhe.client, "stubborn");
    assert.deepEqual(pick(status!, "phase", "attempts", "countedFailures", "exitCode"), {
      phase: "Failed",
      attempts: 3,
      countedFailures: 3,
      exitCode: 3,
    });
    const { items } = await attemptsOf(yunhe.client).list({ namespace: "default" });
    const times = items
      .filter(({ spec }) => spec.task === "stubborn")
      .toSorted((a, b) => a.spec.number - b.spec.number)
      .map(({ status }) => [Date.parse(status!.startedAt!), Date.parse(status!.endedAt!)] as const);
    const pauses = times.slice(1).map(([start], i) => start - times[i]![1]);
    assert.ok(pauses[0]! >= 195 && pauses[1]! >= 395, `pauses of ${pauses.join(" and ")} ms`);
  });

  test("`retry` ends the attempt; the next one costs no retry", async () => {
    await submit(yunhe.client, "again", {
      command: sh('echo try $YUNHE_ATTEMPT_NUMBER; [ "$YUNHE_ATTEMPT_NUMBER" = 2 ] || sleep 600'),
    });
    await taskWhen(yunhe.client, "again", "runs", ({ status }) => status?.phase === "Running");
    const { code, error } = await yunhe.run(["retry", "again"]);
    assert.equal(code, 0, error);
    const { status } = await ended(yunhe.client, "again");
    assert.deepEqual(pick(status!, "phase", "attempts", "countedFailures"), {
      phase: "Succeeded",
      attempts: 2,
      countedFailures: 0,
    });
    assert.equal(await logOf(yunhe.client, "again"), "try 2\n");
    const first = await yunhe.run(["logs", "again", "--attempt", "1"]);
    assert.equal(first.out, "try 1\n");
  });

  test(
    "it cannot reach the network unless it asks",
    { skip: process.platform !== "linux" && "network namespaces are Linux's" },
    async () => {
      const { port } = new URL(yunhe.address);
      const probe = `require("net").connect(${port},"127.0.0.1").on("connect",()=>process.exit(0)).on("error",()=>process.exit(9))`;
      const pool = await poolsOf(yunhe.client).get(undefined, "local");
      if (pool.status?.isolation?.includes("sandbox")) assert.equal((await run("node", "-e", probe)).code, 9);
      assert.equal((await run("--network", "node", "-e", probe)).code, 0);
    },
  );

  test("logs are followed while it runs, from the first byte to the last", async () => {
    await submit(yunhe.client, "talker", { command: sh("for i in 1 2 3; do echo line $i; sleep 0.2; done") });
    const { code, out } = await yunhe.run(["logs", "--follow", "talker"]);
    assert.deepEqual([code, out], [0, "line 1\nline 2\nline 3\n"]);
    assert.ok(isOver(await tasksOf(yunhe.client).get("default", "talker")));
    assert.equal((await yunhe.run(["logs", "talker", "--tail", "1"])).out, "line 3\n");
  });

  test("all that was done to the store kept every promise, also as long as the server writes to it", async () => {
    const { code, out } = await yunhe.run(["verify", "--data", yunhe.directory]);
    assert.match(out, /✔ T5 .*\n/);
    assert.match(out, /✔ R2 .*\n/);
    assert.equal(code, 0, out);
  });
});

function pick<Of extends object, Name extends keyof Of>(of: Of, ...names: Name[]): Pick<Of, Name> {
  return Object.fromEntries(names.map((name) => [name, of[name]])) as Pick<Of, Name>;
}
