import type { KindAddress } from "@yunhe/client";
import { type Words, words } from "@yunhe/client";

export const pools: KindAddress = {
  group: "compute.yunhe.dev",
  version: "v1",
  plural: "pools",
  namespaced: false,
};

interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
  readonly messageZh?: string;
}

/** As much of a pool as the commands look at. */
export interface Pool {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly generation: number;
    readonly deletionTimestamp?: string;
  };
  readonly spec: {
    readonly driver: string;
    readonly region: string;
    readonly cordoned: boolean;
    readonly drain: boolean;
    readonly canary: boolean;
  };
  readonly status?: {
    readonly nodes?: number;
    readonly version?: string;
    readonly lostSince?: string;
    readonly capacity?: {
      readonly cpuMilli: number;
      readonly memoryBytes: number;
      readonly devices: number;
    };
    readonly conditions?: readonly Condition[];
  };
}

export const conditionOf = ({ status }: Pool, type: string): Condition | undefined =>
  status?.conditions?.find((each) => each.type === type);

export const isTrue = (pool: Pool, type: string): boolean => conditionOf(pool, type)?.status === "True";

export const messageOf = ({ message, messageZh }: Pick<Condition, "message" | "messageZh">): Words =>
  words(message, messageZh ?? message);

/** What matters most about a pool, in a word, and the condition that says more. */
export function stateOf(pool: Pool): { readonly word: Words; readonly more: Condition | undefined } {
  const { metadata, spec, status } = pool;
  const say = (en: string, zh: string, type: string) => ({
    word: words(en, zh),
    more: conditionOf(pool, type),
  });
  if (metadata.deletionTimestamp !== undefined) return say("leaving", "移除中", "Leaving");
  if (status?.lostSince !== undefined) return say("out of reach", "失联", "Ready");
  if (!isTrue(pool, "Ready")) return say("not ready", "未就绪", "Ready");
  if (spec.drain)
    return isTrue(pool, "Drained")
      ? say("drained", "已排空", "Drained")
      : say("draining", "排空中", "Drained");
  if (isTrue(pool, "Quarantined")) return say("quarantined", "已隔离", "Quarantined");
  if (spec.canary && !isTrue(pool, "Accepted")) return say("not accepted", "未验收", "Accepted");
  if (spec.cordoned) return say("cordoned", "已停放", "");
  return say("ready", "就绪", "Limited");
}
