import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Client } from "@yunhe/client";
import { parse } from "../src/command/parse.ts";
import { loadCommands } from "../src/commands/index.ts";
import { type RunOptions, taskOf } from "../src/task/spec.ts";

/** The spec that a command line comes to; nothing is uploaded. */
async function specOf(...argv: readonly string[]): Promise<Record<string, unknown>> {
  const { options, args } = parse(await loadCommands(), ["run", ...argv, "work"]);
  const task = await taskOf({} as Client, "default", options as unknown as RunOptions, args);
  return task["spec"] as Record<string, unknown>;
}

describe("yunhe run", () => {
  test("says where a task may run and what is better there", async () => {
    const line = `--jurisdiction CN --jurisdiction EU --provider own --region east --pool lab --max-price 2.5USD
      --max-latency shanghai:20ms --capacity spot --prefer low-carbon --prefer cheap=2 --prefer near:shanghai=0.5
      --prefer spread:rack`;
    const { placement } = await specOf(...line.split(/\s+/));
    assert.deepEqual(placement, {
      pools: ["lab"],
      providers: ["own"],
      regions: ["east"],
      jurisdictions: ["CN", "EU"],
      maxPricePerHour: "2.5",
      currency: "USD",
      maxLatencyMs: { to: "shanghai", ms: 20 },
      capacity: "spot",
      prefer: { lowCarbon: 1, cheap: 2, near: { to: "shanghai", weight: 0.5 }, spread: "rack" },
    });
  });

  test("leaves out what nobody asked for, so that the kind's own defaults hold", async () => {
    const spec = await specOf();
    for (const field of ["placement", "gang", "checkpoint", "expectedDuration", "preemptible", "image"])
      assert.equal(field in spec, false, field);
    assert.deepEqual((await specOf("--max-price", "3"))["placement"], { maxPricePerHour: "3" });
  });

  test("says how it starts, how long it takes and what it saves", async () => {
    const line = `--array 8 --gang rack --expected-duration 2h --no-preempt --checkpoint-dir state --keep-checkpoint
      --image busybox --isolation container`;
    const spec = await specOf(...line.split(/\s+/));
    assert.partialDeepStrictEqual(spec, {
      array: { count: 8 },
      gang: { topology: "rack" },
      expectedDuration: "2h",
      preemptible: false,
      checkpoint: { path: "state", keep: "always" },
      image: "busybox",
      isolation: "container",
    });
    assert.deepEqual((await specOf("--checkpoint"))["checkpoint"], {});
  });

  test("asks for devices by number, share, memory and models", async () => {
    const devices = async (...argv: readonly string[]) =>
      ((await specOf(...argv))["resources"] as Record<string, unknown>)["accelerators"];
    assert.deepEqual(await devices("--gpus", "0.25", "--gpu-memory", "10Gi"), {
      count: 1,
      shareMilli: 250,
      memory: "10Gi",
    });
    assert.deepEqual(await devices("--gpu-memory", "10Gi"), { count: 1, memory: "10Gi" });
    assert.deepEqual(await devices("--gpus", "2", "--gpu-model", "A100", "--gpu-model", "H100"), {
      count: 2,
      models: ["A100", "H100"],
    });
  });

  for (const [option, value] of [
    ["--prefer", "far"],
    ["--prefer", "near"],
    ["--prefer", "cheap=-1"],
    ["--prefer", "cheap=much"],
    ["--max-price", "cheap"],
    ["--max-price", "2.5 dollars"],
    ["--max-latency", "20"],
    ["--max-latency", "shanghai:soon"],
  ] as const)
    test(`refuses ${option} ${value} and says how it is written`, async () => {
      await assert.rejects(specOf(option, value), new RegExp(`${option} is .*not ${value}`));
    });
});
