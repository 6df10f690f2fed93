import type { IsolationLevel } from "../model/fleet.ts";
import type { Topology } from "../model/task.ts";
import type { Words } from "./reasons.ts";

/** One change of a request that, alone, would let it start: the smallest of its kind. */
export type Change =
  | { readonly kind: "fewer-devices"; readonly count: number }
  | { readonly kind: "smaller-share"; readonly shareMilli: number }
  | { readonly kind: "less-device-memory"; readonly memoryBytes: number }
  | { readonly kind: "fewer-cores"; readonly cpuMilli: number }
  | { readonly kind: "less-memory"; readonly memoryBytes: number }
  | { readonly kind: "other-model"; readonly models: readonly string[] }
  | { readonly kind: "higher-price-ceiling"; readonly nanoPerHour: number; readonly currency: string }
  | { readonly kind: "other-jurisdiction"; readonly jurisdictions: readonly string[] }
  | { readonly kind: "other-provider"; readonly providers: readonly string[] }
  | { readonly kind: "other-region"; readonly regions: readonly string[] }
  | { readonly kind: "other-pool"; readonly pools: readonly string[] }
  | { readonly kind: "higher-latency"; readonly latencyMs: number }
  | { readonly kind: "weaker-isolation"; readonly isolation: IsolationLevel }
  | { readonly kind: "copy-data"; readonly pools: readonly string[] }
  | { readonly kind: "on-demand" }
  | { readonly kind: "other-labels" }
  | { readonly kind: "no-affinity" }
  | { readonly kind: "smaller-gang"; readonly size: number }
  | { readonly kind: "wider-topology"; readonly topology: Topology };

const GIB = 2 ** 30;
const gib = (bytes: number): string => `${Math.floor((bytes / GIB) * 100) / 100} GiB`;
const money = (nano: number, currency: string): string => `${(nano / 1e9).toFixed(4)} ${currency}`;
const named = (en: string, zh: string, values: readonly string[]): Words => ({
  en: `${en} ${values.join(", ")}`,
  zh: `${zh}${values.join("、")}`,
});

const topologyWords: Record<Topology, Words> = {
  node: { en: "one node", zh: "同一节点" },
  rack: { en: "one rack", zh: "同一机架" },
  fabric: { en: "one fabric", zh: "同一高速互联域" },
  pool: { en: "one pool", zh: "同一资源池" },
  any: { en: "any nodes", zh: "任意节点" },
};

type Phrases = { readonly [K in Change["kind"]]: (change: Extract<Change, { kind: K }>) => Words };

const phrases: Phrases = {
  "fewer-devices": ({ count }) => ({ en: `ask for ${count} devices`, zh: `将设备数减至 ${count}` }),
  "smaller-share": ({ shareMilli }) => ({
    en: `ask for ${shareMilli / 10}% of a device`,
    zh: `将设备份额减至 ${shareMilli / 10}%`,
  }),
  "less-device-memory": ({ memoryBytes }) => ({
    en: `ask for ${gib(memoryBytes)} of device memory`,
    zh: `将显存减至 ${gib(memoryBytes)}`,
  }),
  "fewer-cores": ({ cpuMilli }) => ({
    en: `ask for ${cpuMilli / 1000} cores`,
    zh: `将 CPU 减至 ${cpuMilli / 1000} 核`,
  }),
  "less-memory": ({ memoryBytes }) => ({
    en: `ask for ${gib(memoryBytes)} of memory`,
    zh: `将内存减至 ${gib(memoryBytes)}`,
  }),
  "higher-price-ceiling": ({ nanoPerHour, currency }) => ({
    en: `raise the price ceiling to ${money(nanoPerHour, currency)} per hour`,
    zh: `将价格上限提高到每小时 ${money(nanoPerHour, currency)}`,
  }),
  "higher-latency": ({ latencyMs }) => ({
    en: `allow a latency of ${latencyMs} ms`,
    zh: `允许 ${latencyMs} 毫秒时延`,
  }),
  "smaller-gang": ({ size }) => ({ en: `use a gang of ${size}`, zh: `将任务组减至 ${size} 个成员` }),
  "wider-topology": ({ topology }) => ({
    en: `let the gang use ${topologyWords[topology].en}`,
    zh: `允许任务组使用${topologyWords[topology].zh}`,
  }),
  "other-model": ({ models }) => named("allow the model", "允许型号 ", models),
  "other-jurisdiction": ({ jurisdictions }) => named("allow the jurisdiction", "允许法域 ", jurisdictions),
  "other-provider": ({ providers }) => named("allow the provider", "允许供应商 ", providers),
  "other-region": ({ regions }) => named("allow the region", "允许地域 ", regions),
  "other-pool": ({ pools }) => named("allow the pool", "允许资源池 ", pools),
  "copy-data": ({ pools }) => named("copy the data to", "把数据复制到 ", pools),
  "weaker-isolation": ({ isolation }) => ({
    en: `accept isolation by ${isolation}`,
    zh: `接受 ${isolation} 级隔离`,
  }),
  "on-demand": () => ({ en: "use on-demand capacity", zh: "改用按需容量" }),
  "other-labels": () => ({ en: "drop the label rule", zh: "去掉标签限制" }),
  "no-affinity": () => ({ en: "drop the affinity rule", zh: "去掉亲和规则" }),
};

/** The change as an instruction to the person who made the request. */
export const describeChange = (change: Change): Words =>
  (phrases[change.kind] as (change: Change) => Words)(change);

/** Changes of one kind that name alternatives become one change that names them all, in alphabetical order. */
export function joined(changes: readonly Change[]): Change[] {
  const result: Change[] = [];
  for (const [kind, alike] of Map.groupBy(changes, (change) => change.kind)) {
    const first = alike[0]!;
    const listKey = listKeys[kind as keyof typeof listKeys];
    if (alike.length === 1 || listKey === undefined) result.push(...alike);
    else {
      const names = alike.flatMap((change) => (change as Record<string, unknown>)[listKey] as string[]);
      result.push({ ...first, [listKey]: names.toSorted() });
    }
  }
  return result;
}

const listKeys = {
  "other-model": "models",
  "other-jurisdiction": "jurisdictions",
  "other-provider": "providers",
  "other-region": "regions",
  "other-pool": "pools",
  "copy-data": "pools",
} as const;
