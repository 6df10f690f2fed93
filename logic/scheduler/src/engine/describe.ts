import { describeChange } from "./change.ts";
import type { Explanation } from "./explanation.ts";
import type { Words } from "./reasons.ts";

/** An explanation as sentences: what was looked at, what stood in the way and how often, and what would help. */
export function describeExplanation(explanation: Explanation): Words {
  const parts = [
    summary(explanation),
    ...exclusionWords(explanation),
    ...gangWords(explanation),
    ...changeWords(explanation),
  ];
  return { en: parts.map(({ en }) => en).join(" "), zh: parts.map(({ zh }) => zh).join("") };
}

function summary({ candidates, feasible, couldEverStart, gang }: Explanation): Words {
  if (!couldEverStart && gang && gang.fitting > 0) {
    return {
      en: `It can never start here: the ${candidates} nodes are too few for the whole gang even if empty.`,
      zh: `无法在此运行：${candidates} 个节点即使空闲也容不下整个任务组。`,
    };
  }
  if (!couldEverStart) {
    return {
      en: `It can never start here: none of ${candidates} nodes could run it even if empty.`,
      zh: `无法在此运行：${candidates} 个节点即使空闲也都不满足。`,
    };
  }
  if (feasible === 0) {
    return { en: `None of ${candidates} nodes can take it now.`, zh: `${candidates} 个节点目前都无法容纳。` };
  }
  return {
    en: `${feasible} of ${candidates} nodes can take it now.`,
    zh: `${candidates} 个节点中有 ${feasible} 个可以容纳。`,
  };
}

function exclusionWords({ excluded }: Explanation): Words[] {
  if (excluded.length === 0) return [];
  const pieces = excluded.map(({ words, nodes, pools }) => ({
    en: `${words.en} (${nodes} nodes${pools === undefined ? "" : ` in ${pools} pools`})`,
    zh: `${words.zh}（${pools === undefined ? "" : `${pools} 个资源池，`}${nodes} 个节点）`,
  }));
  return [
    {
      en: `Left out: ${pieces.map(({ en }) => en).join("; ")}.`,
      zh: `排除原因：${pieces.map(({ zh }) => zh).join("；")}。`,
    },
  ];
}

function gangWords({ gang }: Explanation): Words[] {
  if (!gang || gang.fitting >= gang.asked) return [];
  return [
    {
      en: `The gang needs ${gang.asked} places at once; at most ${gang.fitting} fit together.`,
      zh: `任务组需要同时容纳 ${gang.asked} 个成员；目前最多容纳 ${gang.fitting} 个。`,
    },
  ];
}

function changeWords({ changes }: Explanation): Words[] {
  if (changes.length === 0) return [];
  const pieces = changes.map(describeChange);
  return [
    {
      en: `It would start if you ${pieces.map(({ en }) => en).join(", or ")}.`,
      zh: `以下任一改动可使其启动：${pieces.map(({ zh }) => zh).join("；")}。`,
    },
  ];
}
