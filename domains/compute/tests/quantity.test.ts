import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  bytesOf,
  bytesQuantity,
  cpuMilliOf,
  cpuQuantity,
  duration,
  durationMsOf,
  identifier,
  parseIdentifier,
} from "../src/index.ts";
import { nanos } from "../src/placement/fleet.ts";

describe("quantities as people write them", () => {
  test("cores are whole, decimal or milli", () => {
    assert.deepEqual([2, 0.5, "500m", "1.5", "0.001"].map(cpuMilliOf), [2000, 500, 500, 1500, 1]);
    for (const bad of ["2 cores", "-1", "1e3", -1, "0.0001"])
      assert.equal(cpuQuantity.safeParse(bad).success, false, String(bad));
  });

  test("sizes have binary and decimal units, and a wrong unit is an error that says how to write it", () => {
    assert.deepEqual(
      ["1Ki", "512Mi", "2Gi", "1.5G", 7].map(bytesOf),
      [1024, 536_870_912, 2_147_483_648, 1_500_000_000, 7],
    );
    const bad = bytesQuantity.safeParse("2GB");
    assert.match(bad.error?.issues[0]?.message ?? "", /"2Gi"/);
  });

  test("time spans are seconds or units from large to small", () => {
    assert.deepEqual(
      [90, "30s", "1h30m", "2d", "250ms", "1.5s"].map(durationMsOf),
      [90_000, 30_000, 5_400_000, 172_800_000, 250, 1500],
    );
    for (const bad of ["", "s", "1x", "5m3h", "-1s"])
      assert.equal(duration.safeParse(bad).success, false, bad);
  });

  test("prices are exact to the nano", () => {
    assert.deepEqual(["1", "0.045", "12.000000001"].map(nanos), [1_000_000_000, 45_000_000, 12_000_000_001]);
  });
});

describe("compute identifiers", () => {
  test("say provider, region, pool, node, device and type, and can be read back", () => {
    const parts = {
      provider: "aliyun",
      region: "cn-hangzhou",
      pool: "gpu",
      node: "n1",
      device: "gpu-0",
      type: "a100-80g",
    };
    assert.equal(identifier(parts), "yhc:aliyun:cn-hangzhou:gpu:n1:gpu-0@a100-80g");
    assert.deepEqual(parseIdentifier(identifier(parts)), parts);
    assert.equal(parseIdentifier("urn:other"), undefined);
  });
});
