import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { ended } from "../../tests/objects.ts";
import { startYunhe, until } from "../../tests/yunhe.ts";

describe("the placement example", () => {
  let yunhe: Awaited<ReturnType<typeof startYunhe>>;
  before(async () => (yunhe = await startYunhe()));
  after(() => yunhe.close());
  const file = (name: string): string => join(import.meta.dirname, name);

  test("sends each task where its README says, and refuses the one that could never start", async () => {
    const made = await yunhe.run(["apply", "-f", file("pools.yaml"), "-f", file("queue.yaml")]);
    assert.equal(made.code, 0, made.error);
    await until("all pools have told what they have", async () => {
      const { out } = await yunhe.run(["get", "pools", "-o", "json"]);
      const { items } = JSON.parse(out) as { items: { status?: { version?: string; capacity?: unknown } }[] };
      return items.length === 4 && items.every(({ status }) => status?.capacity !== undefined)
        ? items
        : undefined;
    });
    const pool = await yunhe.run(["get", "pool", "guizhou", "-o", "json"]);
    assert.match(pool.out, /simulated capacity/);
    assert.match(pool.out, /Simulated for trials/);

    const applied = await yunhe.run(["apply", "-f", file("tasks.yaml")]);
    assert.equal(applied.code, 6);
    assert.match(
      applied.error,
      /too-cheap: It can never start here.*raise the price ceiling to 0\.1500 CNY per hour/s,
    );
    const chinese = await yunhe.run(["apply", "-f", file("tasks.yaml"), "--lang", "zh"]);
    assert.match(chinese.error, /将价格上限提高到每小时 0\.1500 CNY/);

    const went = async (name: string): Promise<string> => {
      const { status } = await ended(yunhe.client, name);
      assert.equal(status?.phase, "Succeeded", name);
      return (status as { pool?: string }).pool ?? "";
    };
    const expected = {
      anywhere: "norway",
      "patient-data": "guizhou",
      "operation-room": "shanghai",
      green: "guizhou",
      training: "shanghai",
    };
    for (const [name, place] of Object.entries(expected)) assert.equal(await went(name), place, name);

    const why = await yunhe.run(["why", "patient-data"]);
    assert.match(why.out, /nodes could take it, by policy Cheapest \(cheapest\)/);
    assert.match(why.out, /jurisdiction is not allowed/);
    const chineseWhy = await yunhe.run(["why", "patient-data", "--lang", "zh"]);
    assert.match(chineseWhy.out, /所在法域不被允许/);
    assert.match(chineseWhy.out, /策略为.+（cheapest）/);
  });

  test("history can be replayed under other policies", async () => {
    const replayed = await yunhe.run([
      "simulate",
      "--format",
      "history",
      "--policy",
      "cheapest,spread",
      "--json",
    ]);
    assert.equal(replayed.code, 0, replayed.error);
    const { runs } = JSON.parse(replayed.out) as { runs: { policy: string; started: number }[] };
    assert.deepEqual(
      runs.map(({ policy, started }) => [policy, started]),
      [
        ["cheapest", 5],
        ["spread", 5],
      ],
    );
  });
});
