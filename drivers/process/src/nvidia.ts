import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { promisify } from "node:util";
import type { DeviceFacts } from "@yunhe/domain-compute/driver";

const run = promisify(execFile);
const timeoutMs = 10_000;
const mib = 2 ** 20;

export interface NvidiaDevice extends DeviceFacts {
  /** Number in `/dev/nvidiaN`; undefined for a MIG instance's own entry (it has its parent's). */
  readonly minor: number | undefined;
  readonly migParent?: string;
}

/** The machine's NVIDIA devices by UUID; with MIG enabled its instances instead of the device. Throws when asking fails. */
export async function nvidiaDevices(nvidiaSmi: string): Promise<NvidiaDevice[]> {
  const fields = "index,uuid,name,memory.total,driver_version,mig.mode.current";
  const devices = parseDevices(
    await ask(nvidiaSmi, [`--query-gpu=${fields}`, "--format=csv,noheader,nounits"]),
  );
  if (!devices.some((device) => device.mig)) return devices.map((device) => device.facts);
  const instances = parseMigInstances(await ask(nvidiaSmi, ["-L"]), devices);
  return devices.flatMap((device) =>
    device.mig ? instances.filter((instance) => instance.migParent === device.facts.id) : [device.facts],
  );
}

async function ask(nvidiaSmi: string, words: readonly string[]): Promise<string> {
  return (await run(nvidiaSmi, words, { timeout: timeoutMs, env: { ...process.env, LC_ALL: "C" } })).stdout;
}

interface Parsed {
  readonly facts: NvidiaDevice;
  readonly mig: boolean;
}

export function parseDevices(csv: string): Parsed[] {
  return csv
    .trim()
    .split("\n")
    .filter((line) => line.includes("GPU-"))
    .map((line) => {
      const [index = "", id = "", name = "", memory = "", driverVersion = "", mig = ""] = line
        .split(",")
        .map((cell) => cell.trim());
      const memoryBytes = Number(memory) * mib;
      const facts: NvidiaDevice = {
        id,
        vendor: "NVIDIA",
        model: name.replace(/^NVIDIA\s+/, ""),
        // Parts that share memory with the CPU answer "[N/A]".
        memoryBytes: Number.isFinite(memoryBytes) ? memoryBytes : 0,
        healthy: !/error|lost/i.test(line),
        simulated: false,
        driverVersion,
        minor: Number(index),
      };
      return { facts, mig: mig === "Enabled" };
    });
}

/** `  MIG 1g.10gb     Device  0: (UUID: MIG-…)` below `GPU 0: … (UUID: GPU-…)`. */
export function parseMigInstances(list: string, devices: readonly Parsed[]): NvidiaDevice[] {
  const instances: NvidiaDevice[] = [];
  let parent: NvidiaDevice | undefined;
  for (const line of list.split("\n")) {
    const gpu = /UUID: (GPU-[^)]+)/.exec(line)?.[1];
    if (gpu !== undefined) parent = devices.find((device) => device.facts.id === gpu)?.facts;
    const instance = /^\s+MIG (\S+)\s+Device\s+\d+: \(UUID: (MIG-[^)]+)\)/.exec(line);
    if (instance === null || parent === undefined) continue;
    const [, profile = "", id = ""] = instance;
    const gigabytes = Number(/\.(\d+)gb/.exec(profile)?.[1] ?? 0);
    instances.push({
      ...parent,
      id,
      model: `${parent.model} MIG ${profile}`,
      memoryBytes: gigabytes * 2 ** 30,
      migParent: gpu ?? parent.id,
    });
  }
  return instances;
}

/** Percent of the last sample period in which a kernel ran, by UUID; devices that do not say are left out. */
export async function nvidiaUtilisation(nvidiaSmi: string): Promise<Map<string, number>> {
  const csv = await ask(nvidiaSmi, ["--query-gpu=uuid,utilization.gpu", "--format=csv,noheader,nounits"]);
  const rows = csv
    .trim()
    .split("\n")
    .map((line) => line.split(",").map((cell) => cell.trim()));
  return new Map(
    rows
      .filter(([, percent]) => Number.isFinite(Number(percent)))
      .map(([id = "", percent]) => [id, Number(percent)]),
  );
}

/** Device nodes that a task needs to use exactly these devices. */
export function nvidiaNodes(devices: readonly NvidiaDevice[]): string[] {
  if (devices.length === 0) return [];
  const shared = ["nvidiactl", "nvidia-uvm", "nvidia-uvm-tools", "nvidia-modeset"].map(
    (name) => `/dev/${name}`,
  );
  const own = devices.map((device) => `/dev/nvidia${device.minor ?? 0}`);
  const capabilities = devices.some((device) => device.migParent !== undefined) ? migNodes() : [];
  return [...new Set([...shared, ...own, ...capabilities])].filter((node) => existsSync(node));
}

function migNodes(): string[] {
  const folder = "/dev/nvidia-caps";
  return existsSync(folder) ? readdirSync(folder).map((name) => `${folder}/${name}`) : [];
}
