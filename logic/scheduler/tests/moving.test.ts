import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createFleetState, fleetSchema, policies, Scheduler, type TaskRequestInput } from "../src/index.ts";
import { GIB, taskOf } from "./fleets.ts";

const nano = (amount: number): number => amount * 1e9;
const hourly = (perCore: number, currency = "CNY") => ({
  currency,
  onDemand: { nanoPerCoreHour: nano(perCore), nanoPerGibHour: 0 },
});

/** `home` holds 10 GiB and has no room; sending them costs 1 a GiB to `near`, 0.1 to `far`. */
const fleet = (prices: Readonly<Record<string, ReturnType<typeof hourly>>>) =>
  fleetSchema.parse({
    pools: [
      {
        id: "home",
        prices: prices["home"] ?? hourly(1),
        data: ["set"],
        links: [
          { to: "near", latencyMs: 1, egressNanoPerGib: nano(1) },
          { to: "far", latencyMs: 100, egressNanoPerGib: nano(0.1) },
        ],
      },
      { id: "near", prices: prices["near"] ?? hourly(1) },
      { id: "far", prices: prices["far"] ?? hourly(1) },
    ],
    nodes: ["near", "far"].map((pool) => ({ id: `${pool}-n`, pool, cpuMilli: 4000, memoryBytes: GIB })),
    data: [{ name: "set", bytes: 10 * GIB, from: ["home"] }],
  });

function placed(
  hours: number | undefined,
  wishes: TaskRequestInput["preferences"] = {},
  prices: Parameters<typeof fleet>[0] = {},
) {
  const scheduler = new Scheduler(createFleetState(fleet(prices)), { explain: "always" });
  const moving = hours === undefined ? {} : { moving: { weight: 1, hours } };
  const data = { names: ["set"], weight: 0, ...moving };
  const task = taskOf({ id: "t", cpuMilli: 1000, memoryBytes: 0, preferences: { ...wishes, data } });
  const decision = scheduler.place(task, policies.get("best-fit")!);
  assert.equal(decision.kind, "placed");
  const { explanation } = decision as {
    explanation?: { ranked: readonly { node: number; parts: readonly object[] }[] };
  };
  return explanation!.ranked.map(({ node, parts }) => ({
    pool: ["near", "far"][node]!,
    moving: parts.find((part) => (part as { scorer: string }).scorer === "moving") as
      | { readonly score: number; readonly note?: { readonly en: string } }
      | undefined,
  }));
}

describe("the price of moving data", () => {
  test("draws a task to where the data come cheaply, and says what moving costs", () => {
    const [winner, other] = placed(1);
    assert.equal(winner?.pool, "far");
    assert.equal(winner.moving?.score, 50, "1 for running, 1 for moving");
    assert.equal(winner.moving.note?.en, "1.0000 CNY to bring 10.00 GiB there");
    assert.equal(other?.moving?.score, 9, "1 for running, 10 for moving");
  });

  test("weighs less the longer the task runs", () => {
    const scores = [1, 10, 1000].map(
      (hours) => placed(hours).find(({ pool }) => pool === "near")!.moving!.score,
    );
    assert.deepEqual(scores, [9, 50, 99]);
  });

  test("is part of what is cheapest: a dear way to a cheap pool pays only in a long run", () => {
    const prices = { near: hourly(1), far: hourly(3) };
    const cheap = { cheap: 100 };
    assert.equal(placed(1, cheap, prices)[0]?.pool, "far", "11 against 4 for one hour");
    assert.equal(placed(100, cheap, prices)[0]?.pool, "near", "110 against 301 for a hundred");
  });

  test("is left alone when nobody asks for it, and counts as bad where currencies cannot be compared", () => {
    assert.equal(placed(undefined)[0]?.moving, undefined);
    const abroad = placed(1, {}, { far: hourly(1, "EUR") });
    assert.equal(abroad.find(({ pool }) => pool === "far")?.moving?.score, 0);
  });
});
