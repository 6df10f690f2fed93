import { type Condition, condition, type StoredConditions, type Words, words } from "@yunhe/kernel";
import type { Attempt } from "../kinds/attempt.ts";
import type { Node } from "../kinds/node.ts";
import type { Pool } from "../kinds/pool.ts";

/** Whether the parts of devices that an attempt holds are bounds for its program, or only counted. */
export const shareCondition = "DeviceShareEnforced";

type Sharing = "enforced" | "counted" | "simulated";

/** Pure: undefined for an attempt that holds no part of a device. */
export function deviceSharing(
  { spec }: Attempt,
  node: Node | undefined,
  pool: Pool | undefined,
): Sharing | undefined {
  const parts = spec.grant.devices.filter(({ shareMilli }) => shareMilli < 1000);
  if (parts.length === 0) return undefined;
  const byEngine = pool?.status?.enforces?.includes("device-share") === true;
  const devices = parts.map(({ id }) => node?.status?.devices.find((device) => device.id === id));
  if (devices.some((device) => device?.simulated === true)) return "simulated";
  return devices.every((device) => device?.enforcesShares ?? byEngine) ? "enforced" : "counted";
}

/** The condition as it stands from now on. */
export function sharingCondition(
  before: StoredConditions,
  sharing: Sharing | undefined,
  now: string,
): Condition | undefined {
  if (sharing === undefined) return undefined;
  const [status, reason] =
    sharing === "enforced" ? (["True", "Engine"] as const) : (["False", "Bookkeeping"] as const);
  return condition(before, shareCondition, status, reason, sentences[sharing], now);
}

const sentences: Readonly<Record<Sharing, Words>> = {
  enforced: words(
    "The engine bounds the share of the device: the program gets no more of it than was granted.",
    "引擎强制设备份额：程序所得不超过分配的份额。",
  ),
  counted: words(
    "The share of the device is counted, not enforced: nobody else is granted it, but the program can use more.",
    "设备份额仅记账，不强制：不会再分配给他人，但程序可能超用。",
  ),
  simulated: words(
    "The device is simulated: its share is counted, and there is nothing to enforce.",
    "该设备为模拟设备：份额仅记账，无可强制。",
  ),
};
