import { describeExplanation } from "../engine/describe.ts";
import type { Explanation } from "../engine/explanation.ts";
import type { Words } from "../engine/reasons.ts";
import type { Breach } from "./quota.ts";

/** Why a task waits, as far as its queue and the fleet say. */
export type WaitReason =
  | { readonly kind: "no-queue" }
  | { readonly kind: "queue-stopped" }
  | { readonly kind: "project-not-served"; readonly project: string }
  /** The queue can never hold so much, even with everything that it may borrow. */
  | { readonly kind: "larger-than-quota"; readonly breach: Breach }
  | { readonly kind: "quota"; readonly breach: Breach }
  /** No node could run it even if nothing else ran. */
  | { readonly kind: "impossible"; readonly explanation: Explanation }
  | { readonly kind: "no-place"; readonly explanation: Explanation }
  /** It would delay a task before it, which has places reserved. */
  | { readonly kind: "reserved"; readonly before: string }
  /** Tasks were told to end to make room for it. */
  | { readonly kind: "preempting"; readonly victims: number; readonly by: "priority" | "reclaim" }
  /** Its turn has not come in this plan. */
  | { readonly kind: "turn" };

const resourceWords = (resource: string): Words => {
  if (resource === "tasks") return { en: "tasks", zh: "任务数" };
  if (resource === "cpuMilli") return { en: "cores", zh: "CPU 核数" };
  if (resource === "memoryBytes") return { en: "memory", zh: "内存" };
  const model = resource.slice("devices ".length);
  return model === "*" ? { en: "devices", zh: "设备" } : { en: `${model} devices`, zh: `${model} 设备` };
};

const amountText = (resource: string, amount: number): string => {
  if (resource === "tasks") return String(amount);
  if (resource === "memoryBytes") return `${Math.floor((amount / 2 ** 30) * 100) / 100} GiB`;
  return String(amount / 1000);
};

function breachWords(queue: string, breach: Breach): Words {
  const { resource, used, asked, limit, bound } = breach;
  const what = resourceWords(resource);
  const [u, a, l] = [used, asked, limit].map((amount) => amountText(resource, amount));
  const whose = {
    quota: { en: `queue ${queue} may hold`, zh: `队列 ${queue} 的上限为` },
    borrowing: {
      en: `queue ${queue} may hold, what it borrows included,`,
      zh: `队列 ${queue} 含借用的上限为`,
    },
    cohort: { en: "the cohort may hold together", zh: "同组队列合计上限为" },
  }[bound];
  return {
    en: `it asks for ${a} ${what.en} with ${u} in use, and ${whose.en} ${l}`,
    zh: `申请 ${what.zh} ${a}，已用 ${u}，${whose.zh} ${l}`,
  };
}

/** The reason as a sentence. */
export function describeWait(queue: string, reason: WaitReason): Words {
  switch (reason.kind) {
    case "no-queue":
      return {
        en: `There is no queue ${queue}; create it or name another.`,
        zh: `没有队列 ${queue}；请创建，或指定其他队列。`,
      };
    case "queue-stopped":
      return { en: `Queue ${queue} is stopped.`, zh: `队列 ${queue} 已停止。` };
    case "project-not-served":
      return {
        en: `Queue ${queue} does not serve project ${reason.project}.`,
        zh: `队列 ${queue} 不服务于项目 ${reason.project}。`,
      };
    case "larger-than-quota": {
      const { en, zh } = breachWords(queue, reason.breach);
      return { en: `It can never start: ${en}.`, zh: `无法启动：${zh}。` };
    }
    case "quota": {
      const { en, zh } = breachWords(queue, reason.breach);
      return { en: `It waits for quota: ${en}.`, zh: `等待配额：${zh}。` };
    }
    case "impossible":
    case "no-place":
      return describeExplanation(reason.explanation);
    case "reserved":
      return {
        en: `It would delay ${reason.before}, which is before it and has places reserved.`,
        zh: `会推迟排在前面且已预留资源的 ${reason.before}。`,
      };
    case "preempting":
      return {
        en: `${reason.victims} tasks ${reason.by === "reclaim" ? "on borrowed quota" : "of lower priority"} are being ended to make room for it.`,
        zh: `正在结束 ${reason.victims} 个${reason.by === "reclaim" ? "借用配额" : "较低优先级"}的任务，为其腾出资源。`,
      };
    case "turn":
      return { en: "Its turn in the queue has not come.", zh: "尚未轮到。" };
  }
}
