import assert from "node:assert/strict";
import { test } from "node:test";
import type { DeviceGrant } from "@yunhe/domain-compute/driver";
import { devicesOfGres, gresRequest } from "../src/gres.ts";

const granted = (id: string, shareMilli = 1000): DeviceGrant => ({
  id,
  model: "m",
  shareMilli,
  memoryBytes: 1,
});

test("models, counts, sockets and bare GPUs become devices with stable ids", () => {
  const { devices } = devicesOfGres("gpu:a100:2(S:0-1),gpu:h100:1,fpga:1,gpu:2", true, {});
  assert.deepEqual(
    devices.map(({ id, model, vendor }) => [id, model, vendor]),
    [
      ["gpu-a100-0", "A100-40G", "NVIDIA"],
      ["gpu-a100-1", "A100-40G", "NVIDIA"],
      ["gpu-h100-0", "H100-80G", "NVIDIA"],
      ["gpu-any-0", "gpu", "unknown"],
      ["gpu-any-1", "gpu", "unknown"],
    ],
  );
});

test("what the pool says of a type comes before what its name suggests", () => {
  const told = { vendor: "Huawei", model: "Ascend-910C", memoryBytes: 64, simulated: false };
  assert.equal(devicesOfGres("gpu:big:1", true, { big: told }).devices[0]?.model, "Ascend-910C");
});

test("whole devices are asked for by type and count, parts by shards or MPS", () => {
  const sharded = devicesOfGres("gpu:a100:2,shard:16", true, {});
  assert.deepEqual(gresRequest([granted("gpu-a100-0"), granted("gpu-a100-1")], sharded), {
    type: "ask",
    gres: "gpu:a100:2",
  });
  assert.deepEqual(gresRequest([granted("gpu-a100-0", 300)], sharded), { type: "ask", gres: "shard:3" });
  const mps = devicesOfGres("gpu:a100:2,mps:a100:200", true, {});
  assert.deepEqual(gresRequest([granted("gpu-a100-0", 500)], mps), { type: "ask", gres: "mps:50" });
  assert.deepEqual(gresRequest([], sharded), { type: "ask", gres: undefined });
  const enforced = [sharded, mps].map(({ devices: [device] }) => device?.enforcesShares);
  assert.deepEqual(enforced, [false, true], "a shard is counted, not bounded");
});

test("what Slurm cannot give is told apart", () => {
  const plain = devicesOfGres("gpu:a100:2", true, {});
  const whyOf = (grants: readonly DeviceGrant[], node = plain): string => {
    const request = gresRequest(grants, node);
    return request.type === "impossible" ? request.why : request.type;
  };
  assert.equal(whyOf([granted("gpu-h100-0")]), "unknown-device");
  assert.equal(whyOf([granted("gpu-a100-0", 500)]), "no-sharing");
  assert.equal(
    whyOf([granted("gpu-a100-0"), granted("gpu-a100-1", 500)], devicesOfGres("gpu:a100:2,shard:4", true, {})),
    "mixed",
  );
});
