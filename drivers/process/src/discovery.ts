import { readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import os from "node:os";
import type { DeviceFacts, NodeFacts } from "@yunhe/domain-compute/driver";
import { readText } from "./journal.ts";

/** This machine without its devices; what a cgroup allows us counts, not what the board has. */
export async function machineFacts(directory: string, node: string): Promise<Omit<NodeFacts, "devices">> {
  const disk = await statfs(directory);
  return {
    name: node,
    architecture: process.arch === "x64" ? "amd64" : process.arch,
    operatingSystem: process.platform,
    cpuMilli: Math.floor(Math.min(os.availableParallelism() * 1000, cpuLimitMilli())),
    memoryBytes: Math.min(os.totalmem(), memoryLimitBytes()),
    diskBytes: disk.bavail * disk.bsize,
    ready: true,
    labels: {
      "yunhe.dev/os": process.platform,
      "yunhe.dev/kernel": os.release(),
      "yunhe.dev/cpu-model": cpuModel(),
    },
  };
}

function cpuModel(): string {
  return (os.cpus()[0]?.model ?? "unknown").trim();
}

/** Our own cgroup and its ancestors, from the inside out, of one controller. */
function* ownGroups(controller: string): Generator<string> {
  for (const line of (readText("/proc/self/cgroup") ?? "").split("\n")) {
    const [, names = "", ...rest] = line.split(":");
    const own = rest.join(":");
    if (own === "" || (names !== "" && !names.split(",").includes(controller))) continue;
    const root = names === "" ? "/sys/fs/cgroup" : `/sys/fs/cgroup/${controller}`;
    const parts = own.split("/").filter((part) => part !== "");
    for (let length = parts.length; length >= 0; length--) yield [root, ...parts.slice(0, length)].join("/");
  }
}

function memoryLimitBytes(): number {
  let limit = Infinity;
  for (const folder of ownGroups("memory")) {
    for (const file of ["memory.max", "memory.limit_in_bytes"])
      limit = Math.min(limit, limitIn(`${folder}/${file}`));
  }
  return limit;
}

function cpuLimitMilli(): number {
  let limit = Infinity;
  for (const folder of ownGroups("cpu")) {
    const [quota, period] = (tryRead(`${folder}/cpu.max`) ?? "max 1").trim().split(" ");
    if (quota !== "max") limit = Math.min(limit, (Number(quota) / Number(period)) * 1000);
    const quotaUs = Number(tryRead(`${folder}/cpu.cfs_quota_us`) ?? -1);
    const periodUs = Number(tryRead(`${folder}/cpu.cfs_period_us`) ?? 1);
    if (quotaUs > 0) limit = Math.min(limit, (quotaUs / periodUs) * 1000);
  }
  return limit;
}

function limitIn(file: string): number {
  const text = tryRead(file)?.trim();
  return text === undefined || text === "max" ? Infinity : Number(text);
}

function tryRead(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/**
 * "8xA100-80G" → eight devices of model `A100-80G` with 80 GiB each. Throws {@link RangeError} saying what is wrong.
 * Several models follow one another; ids count on.
 */
export function simulatedDevices(specs: readonly string[]): DeviceFacts[] {
  const devices: DeviceFacts[] = [];
  for (const spec of specs) {
    const match = /^(?:(\d{1,4})x)?([A-Za-z][A-Za-z0-9._-]*?)-(\d{1,5})(?:G|GB|GiB)?$/i.exec(spec.trim());
    if (match === null)
      throw new RangeError(
        `"${spec}" is not a simulated device: write COUNTxMODEL-MEMORY, such as 8xA100-80G`,
      );
    const [, count = "1", model = "", gib = "0"] = match;
    for (let made = 0; made < Number(count); made++) {
      devices.push({
        id: `simulated-${devices.length}`,
        vendor: vendorOf(model),
        model: `${model}-${gib}G`,
        memoryBytes: Number(gib) * 2 ** 30,
        healthy: true,
        simulated: true,
      });
    }
  }
  return devices;
}

function vendorOf(model: string): string {
  if (/^(ascend|910|310)/i.test(model)) return "Huawei";
  if (/^(mi\d|radeon|instinct)/i.test(model)) return "AMD";
  return "NVIDIA";
}
