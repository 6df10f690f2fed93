import type { Policy, Scorer } from "./policy.ts";
import { policyWords, scorerWords } from "./words.ts";

/** The emptiest node: mean of its free cores and free devices, in percent of its own. */
export const spreadScore: Scorer = {
  name: "spread",
  words: scorerWords.spread,
  bind: (state) => () => (node) => {
    const cpu = state.cpuFree[node]! / Math.max(1, state.cpuTotal[node]!);
    const devices = state.deviceTotal[node]!;
    if (devices === 0) return Math.floor(100 * cpu);
    return Math.floor(50 * (cpu + state.freeShare[node]! / (devices * 1000)));
  },
};

/** Tasks of a group apart: 100 where there is none of it, less with each one; together: the more are there the better. */
export const affinityScore: Scorer = {
  name: "affinity",
  words: scorerWords.affinity,
  bind: () => (shape) => (node) => {
    const { affinity, group } = shape;
    if (!affinity || !group) return 0;
    const near = group.countNear(node);
    return Math.floor((affinity.kind === "apart" ? 100 : 100 * near) / (1 + near));
  },
};

export const spread: Policy = {
  name: "spread",
  words: policyWords.spread,
  terms: [{ scorer: spreadScore, weight: 1 }],
  devices: "fullest",
  choose: "best",
};
