import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { DeviceFacts } from "@yunhe/domain-compute/driver";
import { findProgram } from "../src/isolation.ts";
import { parseDevices, parseMigInstances } from "../src/nvidia.ts";
import { simulatedDevices } from "../src/index.ts";
import { openBench, shell } from "./trial.ts";

test("devices are read from nvidia-smi's table, also where memory is not told", () => {
  const csv =
    "0, GPU-1a, NVIDIA H200, 143771, 570.86, Disabled\n1, GPU-2b, NVIDIA GB10, [N/A], 580.95, [N/A]\n";
  const [first, second] = parseDevices(csv);
  assert.deepEqual(
    { ...first?.facts },
    {
      id: "GPU-1a",
      vendor: "NVIDIA",
      model: "H200",
      memoryBytes: 143771 * 2 ** 20,
      healthy: true,
      simulated: false,
      driverVersion: "570.86",
      minor: 0,
    },
  );
  assert.equal(second?.facts.memoryBytes, 0);
  assert.equal(second?.mig, false);
});

test("instances of a partitioned device are devices of their own", () => {
  const devices = parseDevices("0, GPU-1a, NVIDIA H100, 81559, 570.86, Enabled\n");
  const list =
    "GPU 0: NVIDIA H100 (UUID: GPU-1a)\n  MIG 1g.10gb     Device  0: (UUID: MIG-x)\n  MIG 2g.20gb     Device  1: (UUID: MIG-y)\n";
  const instances = parseMigInstances(list, devices);
  assert.deepEqual(
    instances.map(({ id, model, memoryBytes, migParent }) => [id, model, memoryBytes / 2 ** 30, migParent]),
    [
      ["MIG-x", "H100 MIG 1g.10gb", 10, "GPU-1a"],
      ["MIG-y", "H100 MIG 2g.20gb", 20, "GPU-1a"],
    ],
  );
});

test("simulated devices are counted, sized and attributed from their specification", () => {
  const devices = simulatedDevices(["2xA100-80G", "1xAscend910B-64G"]);
  assert.deepEqual(
    devices.map(({ id, vendor, model, memoryBytes }) => [id, vendor, model, memoryBytes / 2 ** 30]),
    [
      ["simulated-0", "NVIDIA", "A100-80G", 80],
      ["simulated-1", "NVIDIA", "A100-80G", 80],
      ["simulated-2", "Huawei", "Ascend910B-64G", 64],
    ],
  );
  for (const spec of ["", "8x", "A100", "8x-80G", "8xA100-80T"])
    assert.throws(() => simulatedDevices([spec]), RangeError, spec);
});

const nvidiaSmi = findProgram("nvidia-smi");
const mpsControl = findProgram("nvidia-cuda-mps-control");
describe(
  "on a machine with NVIDIA devices",
  nvidiaSmi === undefined ? { skip: "needs nvidia-smi (may skip in CI)" } : {},
  () => {
    test("a task sees the device it was granted and no other, and without a grant none", async () => {
      const bench = await openBench();
      const [node] = (await bench.driver.facts(AbortSignal.timeout(30_000))).nodes;
      const device = node?.devices.find(
        (found: DeviceFacts) => found.vendor === "NVIDIA" && !found.simulated,
      );
      assert.ok(device !== undefined, "nvidia-smi listed no device");
      const list = shell("echo $CUDA_VISIBLE_DEVICES; nvidia-smi -L");
      const devices = [
        { id: device.id, model: device.model, shareMilli: 1000, memoryBytes: device.memoryBytes },
      ];
      const granted = await bench.run({
        ...list,
        grant: { node: undefined, cpuMilli: 2000, memoryBytes: 4 * 2 ** 30, devices },
      });
      assert.equal(granted.log.split("\n")[0], device.id);
      assert.deepEqual(granted.outcome, { type: "exited", exitCode: 0 }, granted.log);
      assert.ok(granted.log.includes(device.id));
      const without = await bench.run(list);
      assert.ok(!without.log.includes("UUID"), without.log);
      await bench.dispose();
    });

    test(
      "a part of a device is bounded by a daemon of MPS that answers, and that ends with the attempt",
      mpsControl === undefined ? { skip: "needs nvidia-cuda-mps-control (may skip in CI)" } : {},
      async () => {
        const bench = await openBench();
        const facts = await bench.driver.facts(AbortSignal.timeout(30_000));
        assert.ok(facts.enforces.includes("device-share"), facts.warnings.map(({ en }) => en).join());
        const device = facts.nodes[0]?.devices.find(({ enforcesShares }) => enforcesShares === true);
        assert.ok(device !== undefined);
        const devices = [{ id: device.id, model: device.model, shareMilli: 500, memoryBytes: 2 ** 30 }];
        const shared = await bench.run({
          ...shell(
            "echo $CUDA_MPS_ACTIVE_THREAD_PERCENTAGE $CUDA_MPS_PINNED_DEVICE_MEM_LIMIT; ls $CUDA_MPS_PIPE_DIRECTORY; nvidia-smi -L",
          ),
          grant: { node: undefined, cpuMilli: 2000, memoryBytes: 4 * 2 ** 30, devices },
        });
        assert.deepEqual(shared.outcome, { type: "exited", exitCode: 0 }, shared.log);
        assert.match(shared.log, /^50 0=1024M\n/);
        assert.match(shared.log, /control/);
        await bench.dispose();
      },
    );
  },
);
