import type { Policy, Scorer } from "./policy.ts";

/** The emptiest node: mean of its free cores and free devices, in percent of its own. */
export const spreadScore: Scorer = {
  name: "spread",
  words: { en: "emptiest node", zh: "最空闲的节点" },
  bind: (state) => () => (node) => {
    const cpu = state.cpuFree[node]! / Math.max(1, state.cpuTotal[node]!);
    const devices = state.deviceTotal[node]!;
    if (devices === 0) return Math.floor(100 * cpu);
    return Math.floor(50 * (cpu + state.freeShare[node]! / (devices * 1000)));
  },
};

/** Tasks of a group kept together or apart: 100 where the wish is fully met, less with each task that is in the way. */
export const affinityScore: Scorer = {
  name: "affinity",
  words: { en: "kept together or apart", zh: "聚集或分散" },
  bind: () => (shape) => (node) => {
    const { affinity, group } = shape;
    if (!affinity || !group) return 0;
    const near = group.countNear(node);
    if (affinity.kind === "apart") return Math.floor(100 / (1 + near));
    return group.total === 0 ? 0 : Math.floor((100 * near) / group.total);
  },
};

export const spread: Policy = {
  name: "spread",
  words: { en: "Spread", zh: "分散" },
  terms: [{ scorer: spreadScore, weight: 1 }],
  devices: "fullest",
  choose: "best",
};
