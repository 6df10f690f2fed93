import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import {
  attemptsOf,
  ended,
  logOf,
  object,
  queuesOf,
  sh,
  submit,
  tasksOf,
  taskWhen,
  type UsageRecord,
  usageOf,
  volumesOf,
} from "./objects.ts";
import { startYunhe, until } from "./yunhe.ts";

/** Resources of a task that leave room for many more. */
const small = { cpus: 0.1, memory: "32Mi" };

describe("tasks that belong together", () => {
  let yunhe: Awaited<ReturnType<typeof startYunhe>>;
  before(async () => {
    yunhe = await startYunhe({ flags: ["--simulate-devices", "2xA100-80G"] });
    await volumesOf(yunhe.client).create("default", object("Volume", "shared"));
  });
  after(() => yunhe.close());
  const shared = [{ name: "shared", mountPath: "shared" }];
  const inShared = (file: string): string =>
    readFileSync(join(yunhe.directory, "volumes/default/shared", file), "utf8");

  test("a task waits until those before it have succeeded, also when they come later", async () => {
    await submit(yunhe.client, "last", {
      command: sh("cat shared/order"),
      volumes: shared,
      after: ["second"],
    });
    await submit(yunhe.client, "second", {
      command: sh("echo 2 >> shared/order"),
      volumes: shared,
      after: ["first"],
    });
    const waiting = await taskWhen(
      yunhe.client,
      "last",
      "says why it waits",
      ({ status }) => status?.reason !== undefined,
    );
    assert.equal(waiting.status!.reason, "WaitingForTasks");
    await submit(yunhe.client, "first", { command: sh("echo 1 >> shared/order"), volumes: shared });
    assert.equal((await ended(yunhe.client, "last")).status!.phase, "Succeeded");
    assert.equal(await logOf(yunhe.client, "last"), "1\n2\n");
  });

  test("a task whose dependency failed does not start, and says which it was", async () => {
    await submit(yunhe.client, "broken", { command: sh("exit 1") });
    await submit(yunhe.client, "hopeful", { command: sh("echo never"), after: ["broken"] });
    const { status } = await ended(yunhe.client, "hopeful");
    assert.deepEqual([status!.phase, status!.reason, status!.attempts], ["Failed", "DependencyFailed", 0]);
    assert.match(status!.message!, /Task broken/);
  });

  test("an array runs every index once, no more at a time than allowed, and sums up", async () => {
    // Each member notes that it came, how many were there with it, and that it went.
    const script =
      "mkdir shared/in-$YUNHE_INDEX; ls -d shared/in-* | wc -l >> shared/together; sleep 0.1; rmdir shared/in-$YUNHE_INDEX; echo $YUNHE_INDEX >> shared/ran";
    const done = await yunhe.run([
      "run",
      "--name",
      "many",
      "--array",
      "12",
      "--parallelism",
      "3",
      "--volume",
      "shared:shared",
      "--cpus",
      "0.1",
      "--memory",
      "32Mi",
      "sh",
      "-c",
      script,
    ]);
    assert.equal(done.code, 0, done.error);
    assert.match(done.error, /12\/12 ✓ {2}0 ✗/);
    const ran = inShared("ran")
      .trim()
      .split("\n")
      .map(Number)
      .toSorted((a, b) => a - b);
    assert.deepEqual(
      ran,
      Array.from({ length: 12 }, (_, i) => i),
    );
    assert.ok(Math.max(...inShared("together").trim().split("\n").map(Number)) <= 3);
    const { status } = await tasksOf(yunhe.client).get("default", "many");
    assert.deepEqual([status!.array!["total"], status!.array!["succeeded"]], [12, 12]);
  });

  test("one failed member fails its array; the others run to their end", async () => {
    await submit(yunhe.client, "mixed", { command: sh('[ "$YUNHE_INDEX" != 2 ]'), array: { count: 4 } });
    const { status } = await ended(yunhe.client, "mixed");
    assert.deepEqual(
      [status!.phase, status!.array!["succeeded"], status!.array!["failed"]],
      ["Failed", 3, 1],
    );
  });

  test("cancelling an array ends the members that run and starts no others", async () => {
    await submit(yunhe.client, "long", {
      command: ["sleep", "600"],
      array: { count: 50, parallelism: 2 },
      resources: small,
    });
    await taskWhen(yunhe.client, "long", "two run", ({ status }) => (status?.array?.["running"] ?? 0) >= 2);
    assert.equal((await yunhe.run(["cancel", "long"])).code, 0);
    const { status } = await ended(yunhe.client, "long");
    assert.equal(status!.phase, "Cancelled");
    const { items } = await attemptsOf(yunhe.client).list({ namespace: "default" });
    const ofArray = items.filter(({ spec }) => /^long-\d+$/.test(spec.task));
    assert.ok(ofArray.every(({ status }) => status?.phase === "Ended"));
  });

  test("a volume keeps what tasks leave in it, and read-only means read-only", async () => {
    const keep = ["run", "--volume", "shared:box", "sh", "-c", "echo kept > box/keep"];
    assert.equal((await yunhe.run(keep)).code, 0);
    const look = await yunhe.run([
      "run",
      "--volume",
      "shared:box:ro",
      "sh",
      "-c",
      "cat box/keep; echo changed > box/keep",
    ]);
    assert.equal(look.out.split("\n")[0], "kept");
    assert.notEqual(look.code, 0);
    assert.equal(inShared("keep"), "kept\n");
  });

  test("a volume that is not there ends the task with what to do; one made just before it is there", async () => {
    const mount = { command: ["ls", "box"], volumes: [{ name: "later", mountPath: "box" }] };
    await submit(yunhe.client, "early", mount);
    const { status } = await ended(yunhe.client, "early");
    assert.deepEqual([status!.phase, status!.reason], ["Failed", "NotStarted"]);
    assert.match(status!.message!, /Volume later does not exist in this project; create it first/);
    await volumesOf(yunhe.client).create("default", object("Volume", "later"));
    await submit(yunhe.client, "late", mount);
    assert.equal((await ended(yunhe.client, "late")).status!.phase, "Succeeded");
  });

  test("of those that wait in a queue, the higher priority starts first", async () => {
    await queuesOf(yunhe.client).create(undefined, object("Queue", "single", { quota: { tasks: 1 } }));
    const work = (name: string) => ({
      command: sh(
        `echo ${name} >> shared/priorities; [ ${name} != gate ] || while [ ! -e shared/open ]; do sleep 0.05; done`,
      ),
      volumes: shared,
      queue: "single",
      // Else the highest would not wait, but take the gate's place.
      preemptible: false,
    });
    await submit(yunhe.client, "gate", work("gate"));
    await taskWhen(yunhe.client, "gate", "runs", ({ status }) => status?.phase === "Running");
    for (const [name, priority] of [
      ["low", -5],
      ["middle", 0],
      ["high", 7],
    ] as const)
      await submit(yunhe.client, name, { ...work(name), priority });
    await yunhe.run(["run", "--volume", "shared:shared", "touch", "shared/open"]);
    for (const name of ["low", "middle", "high"]) await ended(yunhe.client, name);
    assert.equal(inShared("priorities"), "gate\nhigh\nmiddle\nlow\n");
  });

  test("a higher priority takes the place of a lower one, which is tried again and loses no retry", async () => {
    const hold = sh("while [ ! -e shared/urgent-done ]; do sleep 0.05; done");
    await submit(yunhe.client, "patient", { command: hold, volumes: shared, queue: "single" });
    await taskWhen(yunhe.client, "patient", "runs", ({ status }) => status?.phase === "Running");
    const urgent = { command: sh("touch shared/urgent-done"), volumes: shared, queue: "single", priority: 9 };
    await submit(yunhe.client, "urgent", urgent);
    assert.equal((await ended(yunhe.client, "urgent")).status!.phase, "Succeeded");
    const { status } = await ended(yunhe.client, "patient");
    assert.deepEqual([status!.phase, status!.attempts, status!.countedFailures], ["Succeeded", 2, 0]);
  });

  test("a queue's quota is kept, what waits says so, and raising it lets them go", async () => {
    await queuesOf(yunhe.client).create(undefined, object("Queue", "narrow", { quota: { cpus: 0.2 } }));
    for (const name of ["n1", "n2", "n3"])
      await submit(yunhe.client, name, {
        command: sh("while [ ! -e shared/narrow-open ]; do sleep 0.05; done"),
        volumes: shared,
        resources: small,
        queue: "narrow",
      });
    const states = async () =>
      (await Promise.all(["n1", "n2", "n3"].map((name) => tasksOf(yunhe.client).get("default", name)))).map(
        ({ status }) => status,
      );
    await until("two run and one is held back", async () => {
      const now = await states();
      return (
        now.filter((status) => status?.phase === "Running").length === 2 &&
        now.some((status) => status?.phase === "Waiting" && /quota/i.test(status.message ?? ""))
      );
    });
    const raised = await yunhe.run(["apply", "-f", "-"], {
      input:
        "apiVersion: compute.yunhe.dev/v1\nkind: Queue\nmetadata: {name: narrow}\nspec: {quota: {cpus: 1}}\n",
    });
    // Another manager set the field: it takes force to change it.
    assert.equal(raised.code, 6, raised.error);
    const forced = await yunhe.run(["apply", "--force", "-f", "-"], {
      input:
        "apiVersion: compute.yunhe.dev/v1\nkind: Queue\nmetadata: {name: narrow}\nspec: {quota: {cpus: 1}}\n",
    });
    assert.equal(forced.code, 0, forced.error);
    await until("all three run", async () => (await states()).every((status) => status?.phase === "Running"));
    await yunhe.run(["run", "--volume", "shared:shared", "touch", "shared/narrow-open"]);
    for (const name of ["n1", "n2", "n3"])
      assert.equal((await ended(yunhe.client, name)).status!.phase, "Succeeded");
  });

  test("two halves of a GPU share one device, and each task is told which it got", async () => {
    const hold = (gpus: string, name: string) =>
      yunhe.run([
        "run",
        "-d",
        "--name",
        name,
        "--cpus",
        "0.1",
        "--gpus",
        gpus,
        "--volume",
        "shared:shared",
        "sh",
        "-c",
        "echo $CUDA_VISIBLE_DEVICES $YUNHE_DEVICE_SHARES; while [ ! -e shared/gpu-open ]; do sleep 0.05; done",
      ]);
    for (const [gpus, name] of [
      ["0.5", "half-a"],
      ["0.5", "half-b"],
      ["1", "whole"],
    ] as const) {
      const { code, error } = await hold(gpus, name);
      assert.equal(code, 0, error);
    }
    for (const name of ["half-a", "half-b", "whole"])
      await taskWhen(yunhe.client, name, "runs", ({ status }) => status?.phase === "Running");
    // Nothing is left now.
    await hold("0.5", "too-much");
    await taskWhen(
      yunhe.client,
      "too-much",
      "waits",
      ({ status }) => status?.phase === "Waiting" && status.message !== undefined,
    );
    const why = await yunhe.run(["why", "too-much"]);
    assert.equal(why.code, 0, why.error);
    assert.match(why.out, /None of 1 nodes can take it now.*too few devices are free/);
    await yunhe.run(["run", "--volume", "shared:shared", "touch", "shared/gpu-open"]);
    for (const name of ["half-a", "half-b", "whole", "too-much"]) await ended(yunhe.client, name);
    const [a, b, whole] = await Promise.all(
      ["half-a", "half-b", "whole"].map((name) => logOf(yunhe.client, name)),
    );
    assert.equal(a, b);
    assert.match(a!, /^simulated-\d 500\n$/);
    assert.match(whole!, /^simulated-\d 1000\n$/);
    assert.notEqual(whole!.split(" ")[0], a!.split(" ")[0]);
  });

  test("the usage of every attempt is one chain: no gap, no overlap, exactly one end, and amounts that add up", async () => {
    await submit(yunhe.client, "metered", {
      command: sh("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; sleep 1"),
      resources: { cpus: 0.5, memory: "64Mi", accelerators: { count: 1, shareMilli: 250 } },
    });
    await ended(yunhe.client, "metered");
    const { items: attempts } = await attemptsOf(yunhe.client).list({ namespace: "default" });
    const over = attempts.filter(({ status }) => status?.phase === "Ended");
    assert.ok(over.length > 0);
    const chains = await until("every finished attempt has its last record", async () => {
      const { items } = await usageOf(yunhe.client).list({ namespace: "default" });
      const byAttempt = Map.groupBy(items, ({ spec }) => spec.attemptUid);
      return (
        over.every(({ metadata }) => byAttempt.get(metadata.uid)?.some(({ spec }) => spec.final)) && byAttempt
      );
    });
    for (const attempt of over) checkChain(chains.get(attempt.metadata.uid)!, attempt.metadata.name);
    const metered = over.find(({ spec }) => spec.task === "metered")!;
    const links = chains.get(metered.metadata.uid)!.map(({ spec }) => spec);
    const [first, last] = [links[0]!, links.at(-1)!];
    assert.equal(first.startMs, Date.parse(metered.status!.startedAt!));
    assert.equal(last.endMs, Date.parse(metered.status!.endedAt!));
    const used = links.reduce((sum, { usedAmounts }) => sum + usedAmounts.cpuCoreSeconds, 0);
    assert.ok(used > 0.01, `${used} core-seconds for a busy loop`);
  });
});

/** Invariants M2 and M3 of one attempt, as a reader of the API can check them. */
function checkChain(records: readonly UsageRecord[], name: string): void {
  const links = records.map(({ spec }) => spec).toSorted((a, b) => a.sequence - b.sequence);
  for (const [i, link] of links.entries()) {
    assert.equal(link.sequence, i, `${name}: no link is missing or there twice`);
    assert.ok(link.endMs >= link.startMs, `${name}: no negative interval`);
    if (i > 0) assert.equal(link.startMs, links[i - 1]!.endMs, `${name}: no gap and no overlap`);
    assert.equal(link.final, i === links.length - 1, `${name}: exactly one end`);
    const seconds = (link.endMs - link.startMs) / 1000;
    const share = link.granted.devices.reduce((sum, { shareMilli }) => sum + shareMilli, 0) / 1000;
    near(link.grantedAmounts.cpuCoreSeconds, (link.granted.cpuMilli / 1000) * seconds);
    near(link.grantedAmounts.memoryByteSeconds, link.granted.memoryBytes * seconds, 1);
    near(link.grantedAmounts.deviceShareSeconds, share * seconds);
    assert.ok(Object.values(link.usedAmounts).every((amount) => amount >= 0));
  }
}

/** Amounts are rounded to `step`: millionths of a core- or share-second, whole byte-seconds. */
const near = (actual: number, expected: number, step = 1e-6): void =>
  assert.ok(
    Math.abs(actual - expected) <= 1e-9 * Math.max(1, expected) + step / 2,
    `${actual} is not ${expected}`,
  );
