import type { Words } from "../engine/reasons.ts";

/**
 * What scorers and policies are called, by id. Explanations and results carry ids alone: a program that only shows
 * them reads its words here, without the scorers (`@yunhe/scheduler/words`).
 */

/** What each term of a score looks for. */
export const scorerWords = {
  "cpu-balance": { en: "fewest devices left without cores", zh: "因缺少 CPU 而闲置的设备最少" },
  "device-fit": { en: "least device share made useless", zh: "浪费的设备份额最少" },
  "model-scarcity": { en: "scarce models kept for those who need them", zh: "为必须使用者保留稀缺型号" },
  "fragmentation-change": { en: "least growth of fragmentation", zh: "碎片增量最小" },
  "fragmentation-gradient": { en: "least growth of fragmentation", zh: "碎片增量最小" },
  "best-fit": { en: "least left over on the node", zh: "节点剩余最少" },
  "dot-product": { en: "smallest product of free and asked", zh: "空闲与请求的点积最小" },
  "gpu-packing": { en: "devices in use first", zh: "优先使用已占用的设备" },
  "gpu-clustering": { en: "like tasks on the same node", zh: "同类任务聚集" },
  cheap: { en: "lowest price", zh: "价格最低" },
  "fast-start": { en: "earliest start", zh: "启动最快" },
  "low-carbon": { en: "lowest carbon", zh: "碳排放最低" },
  near: { en: "near the wanted place", zh: "靠近指定地点" },
  data: { en: "data already there", zh: "数据就近" },
  moving: { en: "price of moving the data", zh: "搬运数据的费用" },
  labels: { en: "preferred labels", zh: "偏好标签" },
  spread: { en: "emptiest node", zh: "最空闲的节点" },
  affinity: { en: "kept together or apart", zh: "聚集或分散" },
} as const satisfies Readonly<Record<string, Words>>;

/** Names short enough for a legend. */
export const policyWords = {
  yunhe: { en: "Yunhe", zh: "云鹤" },
  fgd: { en: "FGD", zh: "碎片梯度下降" },
  "best-fit": { en: "Best fit", zh: "最佳适配" },
  "dot-product": { en: "Dot product", zh: "点积" },
  "gpu-packing": { en: "GPU packing", zh: "GPU 紧凑装箱" },
  "gpu-clustering": { en: "GPU clustering", zh: "GPU 聚类" },
  random: { en: "Random", zh: "随机" },
  cheapest: { en: "Cheapest", zh: "最便宜" },
  "fastest-start": { en: "Fastest start", zh: "最快启动" },
  "lowest-carbon": { en: "Lowest carbon", zh: "最低碳" },
  spread: { en: "Spread", zh: "分散" },
} as const satisfies Readonly<Record<string, Words>>;

const lookUp =
  (table: Readonly<Record<string, Words>>) =>
  (id: string): Words =>
    (Object.hasOwn(table, id) ? table[id] : undefined) ?? { en: id, zh: id };

/** The words of a scorer; the id itself for one of another version. */
export const wordsOfScorer: (id: string) => Words = lookUp(scorerWords);

/** The words of a policy; the id itself for one of another version. */
export const wordsOfPolicy: (id: string) => Words = lookUp(policyWords);
