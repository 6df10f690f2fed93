import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { DeviceGrant, Job } from "@yunhe/domain-compute/driver";
import { endedWithin } from "../../../domains/compute/src/driver/conformance-steps.ts";
import { MpsDaemons, mpsEnvironment } from "../src/mps.ts";
import { type FakeNvidia, fakeNvidia } from "./fake-nvidia.ts";
import { type Bench, openBench, shell } from "./trial.ts";

const gib = 2 ** 30;
const part = (id: string, shareMilli: number): DeviceGrant => ({
  id,
  model: "A100-SXM4-80GB",
  shareMilli,
  memoryBytes: (shareMilli * 80 * gib) / 1000,
});
const granted = (...devices: DeviceGrant[]): Pick<Job, "grant"> => ({
  grant: { node: undefined, cpuMilli: 500, memoryBytes: 128 * 2 ** 20, devices },
});

async function until(what: string, holds: () => boolean): Promise<void> {
  for (const deadline = performance.now() + 60_000; !holds();) {
    assert.ok(performance.now() < deadline, `not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test("a share becomes a percentage and a limit, rounded down but never to nothing", () => {
  assert.deepEqual(mpsEnvironment(part("GPU-a", 255), "/pipes"), {
    CUDA_MPS_PIPE_DIRECTORY: "/pipes",
    CUDA_MPS_ACTIVE_THREAD_PERCENTAGE: "25",
    CUDA_MPS_PINNED_DEVICE_MEM_LIMIT: `0=${Math.floor(0.255 * 80 * 1024)}M`,
  });
  const least = mpsEnvironment({ ...part("GPU-a", 1), memoryBytes: 0 }, "/pipes");
  assert.equal(least["CUDA_MPS_ACTIVE_THREAD_PERCENTAGE"], "1");
  assert.equal("CUDA_MPS_PINNED_DEVICE_MEM_LIMIT" in least, false);
});

describe("shares of NVIDIA devices on this machine", () => {
  let nvidia: FakeNvidia;
  let bench: Bench;
  const marker = (name: string): string => path.join(path.dirname(bench.directory), name);
  /** Runs until the test makes the file; the folder is shown to it as a volume. */
  const waiting = (name: string): Partial<Job> => {
    const source = marker("shared");
    return {
      ...shell(`touch shared/${name}.began; until [ -e shared/${name}.end ]; do sleep 0.05; done`),
      volumes: [{ volume: "v", source, mountPath: "shared", readOnly: false }],
    };
  };
  const began = (name: string) =>
    until(`${name} runs`, () => existsSync(path.join(marker("shared"), `${name}.began`)));
  const finish = (name: string): void => writeFileSync(path.join(marker("shared"), `${name}.end`), "");
  const log = (): string[] => nvidia.log().slice(2);

  const open = async (): Promise<void> => {
    bench = await nvidia.with(() => openBench({ privatePaths: [] }));
  };
  beforeEach(() => {
    nvidia = fakeNvidia();
  });
  afterEach(async () => {
    await bench.dispose();
    nvidia.dispose();
  });

  test("are bounded: the program finds its daemon, its percentage and its memory; a whole device needs none", async () => {
    await open();
    assert.deepEqual(nvidia.log(), ["start GPU-aaaa", "quit GPU-aaaa"], "tried when the driver opened");
    const facts = await bench.driver.facts(AbortSignal.timeout(30_000));
    assert.ok(facts.enforces.includes("device-share"));
    assert.deepEqual(
      facts.nodes[0]?.devices.map(({ enforcesShares }) => enforcesShares),
      [true, true],
    );
    const shown = shell(
      'echo "$CUDA_VISIBLE_DEVICES $CUDA_MPS_ACTIVE_THREAD_PERCENTAGE $CUDA_MPS_PINNED_DEVICE_MEM_LIMIT"; ls $CUDA_MPS_PIPE_DIRECTORY; echo x > /dev/shm/of-the-daemon',
    );
    const shared = await bench.run({ ...shown, ...granted(part("GPU-bbbb", 250)) });
    assert.deepEqual(shared.outcome, { type: "exited", exitCode: 0 }, shared.log);
    assert.match(shared.log, /^GPU-bbbb 25 0=20480M\n/);
    assert.match(shared.log, /nvidia-cuda-mps-control\.pid/);
    await until("the daemon has ended", () => log().length === 2);
    assert.deepEqual(log(), ["start GPU-bbbb", "quit GPU-bbbb"]);
    const whole = await bench.run({
      ...shell('echo "$CUDA_VISIBLE_DEVICES,$CUDA_MPS_PIPE_DIRECTORY"'),
      ...granted(part("GPU-aaaa", 1000)),
    });
    assert.equal(whole.log, "GPU-aaaa,\n");
    assert.equal(log().length, 2);
  });

  test("have one daemon for all that share a device; it outlives the driver and ends with the last of them", async () => {
    await open();
    const refs = [];
    for (const name of ["one", "two"]) {
      refs.push(await bench.submit({ ...waiting(name), ...granted(part("GPU-aaaa", 500)) }));
      await began(name);
    }
    assert.deepEqual(log(), ["start GPU-aaaa"]);
    await nvidia.with(() => bench.reopen());
    finish("one");
    await endedWithin(bench.driver, refs[0]!, 60_000);
    refs.push(await bench.submit({ ...waiting("three"), ...granted(part("GPU-aaaa", 500)) }));
    await began("three");
    assert.deepEqual(log(), ["start GPU-aaaa"], "found again, used again");
    for (const name of ["two", "three"]) finish(name);
    await until("the daemon has ended", () => log().length === 2);
    assert.deepEqual(log(), ["start GPU-aaaa", "quit GPU-aaaa"]);
  });

  test("are only counted where MPS does not start, and the engine says so", async () => {
    nvidia.breakMps();
    await open();
    const facts = await bench.driver.facts(AbortSignal.timeout(30_000));
    assert.equal(facts.enforces.includes("device-share"), false);
    assert.deepEqual(
      facts.nodes[0]?.devices.map(({ enforcesShares }) => enforcesShares),
      [false, false],
    );
    assert.match(facts.warnings.map(({ en }) => en).join(), /counted, not enforced .*no MPS on this device/);
    const ran = await bench.run({
      ...shell('echo "$CUDA_VISIBLE_DEVICES,$CUDA_MPS_PIPE_DIRECTORY"'),
      ...granted(part("GPU-aaaa", 500)),
    });
    assert.equal(ran.log, "GPU-aaaa,\n");
  });

  test("a daemon that stops working sends the attempt elsewhere", async () => {
    await open();
    nvidia.breakMps();
    await assert.rejects(bench.submit({ command: ["true"], ...granted(part("GPU-aaaa", 500)) }), {
      name: "JobRefused",
      elsewhere: true,
      message: /GPU-aaaa .*no MPS on this device/,
    });
    assert.deepEqual(await bench.driver.list(AbortSignal.timeout(30_000)), []);
  });
});

test("a daemon that nobody uses after a crash is ended", async () => {
  const nvidia = fakeNvidia();
  const directory = mkdtempSync(path.join(tmpdir(), "yunhe-mps-"));
  try {
    const options = { control: nvidia.control, directory, bwrap: undefined };
    await new MpsDaemons(options).acquire("GPU-aaaa", "a");
    await new MpsDaemons(options).acquire("GPU-bbbb", "b");
    const next = new MpsDaemons(options);
    next.adopt("GPU-bbbb", "b");
    await next.sweep();
    assert.equal(nvidia.log().filter((line) => line.startsWith("quit")).length, 1);
    await next.release("b");
    assert.equal(nvidia.log().at(-1), "quit GPU-bbbb");
  } finally {
    nvidia.dispose();
    rmSync(directory, { recursive: true, force: true });
  }
});
