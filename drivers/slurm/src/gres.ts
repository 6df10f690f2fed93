import type { DeviceFacts, DeviceGrant } from "@yunhe/domain-compute/driver";
import type { DeviceModel } from "./config.ts";
import { modelOf } from "./device-models.ts";

export interface NodeDevices {
  readonly devices: readonly DeviceFacts[];
  /** Slurm's type by device id; undefined where it has none. */
  readonly types: ReadonlyMap<string, string | undefined>;
  /** `shard` or `mps`: how a part of a device is asked for, and how many parts one device has. */
  readonly sharing: { readonly name: "shard" | "mps"; readonly perDevice: number } | undefined;
}

/**
 * A node's `Gres=`, such as `gpu:a100:4(S:0-1),shard:16,mps:a100:400`. Slurm tells counts, not serial numbers: ids are
 * `gpu-<type>-<number on the node>`, which stay as long as the node's configuration does.
 */
export function devicesOfGres(
  gres: string,
  healthy: boolean,
  configured: Readonly<Record<string, DeviceModel>>,
): NodeDevices {
  const devices: DeviceFacts[] = [];
  const types = new Map<string, string | undefined>();
  const parts = { shard: 0, mps: 0 };
  for (const { name, type, count } of parseGres(gres)) {
    if (name === "shard" || name === "mps") parts[name] += count;
    if (name !== "gpu") continue;
    for (let index = 0; index < count; index++) {
      const id = `gpu-${type ?? "any"}-${index}`;
      types.set(id, type);
      devices.push({ id, ...modelOf(type, configured), healthy });
    }
  }
  const name = parts.shard > 0 ? "shard" : "mps";
  const perDevice = devices.length === 0 ? 0 : Math.floor(parts[name] / devices.length);
  // gres/mps sets the client's thread percentage; gres/shard only counts (slurm.schedmd.com/gres.html).
  const enforcesShares = name === "mps" && perDevice > 0;
  return {
    devices: devices.map((device) => ({ ...device, enforcesShares })),
    types,
    sharing: perDevice > 0 ? { name, perDevice } : undefined,
  };
}

interface GresItem {
  readonly name: string;
  readonly type: string | undefined;
  readonly count: number;
}

function parseGres(text: string): GresItem[] {
  // Sockets and indexes in brackets may hold commas.
  return text
    .replaceAll(/\([^)]*\)/g, "")
    .split(",")
    .filter((item) => item.trim() !== "")
    .map((item) => {
      const [name = "", ...rest] = item.trim().split(":");
      const count = countOf(rest.at(-1));
      if (count === undefined) return { name, type: rest[0], count: 1 };
      return { name, type: rest.length > 1 ? rest[0] : undefined, count };
    });
}

const units: Readonly<Record<string, number>> = { "": 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

function countOf(text: string | undefined): number | undefined {
  const match = /^(\d+)([KMG]?)$/i.exec(text ?? "");
  return match === null ? undefined : Number(match[1]) * units[match[2]!.toUpperCase()]!;
}

export type GresRequest =
  | { readonly type: "ask"; readonly gres: string | undefined }
  | {
      readonly type: "impossible";
      readonly why: "unknown-device" | "no-sharing" | "mixed";
      readonly device: string;
    };

/** The grant in Slurm's words. Whole devices and parts of one cannot be asked for together (slurm.conf, gres/shard). */
export function gresRequest(grants: readonly DeviceGrant[], node: NodeDevices): GresRequest {
  if (grants.length === 0) return { type: "ask", gres: undefined };
  const counts = new Map<string, number>();
  for (const { id } of grants) {
    if (!node.types.has(id)) return { type: "impossible", why: "unknown-device", device: id };
    const type = node.types.get(id);
    const name = type === undefined ? "gpu" : `gpu:${type}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const parts = grants.filter(({ shareMilli }) => shareMilli < 1000);
  if (parts.length === 0)
    return { type: "ask", gres: [...counts].map(([name, count]) => `${name}:${count}`).join(",") };
  const device = parts[0]!.id;
  if (node.sharing === undefined) return { type: "impossible", why: "no-sharing", device };
  if (grants.length > 1) return { type: "impossible", why: "mixed", device };
  const { name, perDevice } = node.sharing;
  return { type: "ask", gres: `${name}:${Math.ceil((parts[0]!.shareMilli * perDevice) / 1000)}` };
}
