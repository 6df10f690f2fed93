import type { Words } from "@yunhe/kernel";
import { words } from "@yunhe/kernel";
import type { SlurmNode } from "./access/port.ts";

/** Node states and flags that keep jobs away (sinfo(1), "NODE STATE CODES"), the gravest first. */
const obstacles: readonly (readonly [state: string, words: Words])[] = [
  ["DOWN", words("Slurm says that it is down", "Slurm 报告其已停机")],
  ["FAIL", words("It is expected to fail soon", "预计即将发生故障")],
  ["FAILING", words("It is expected to fail soon", "预计即将发生故障")],
  ["NOT_RESPONDING", words("It does not answer Slurm", "对 Slurm 没有响应")],
  ["NO_RESPOND", words("It does not answer Slurm", "对 Slurm 没有响应")],
  ["DRAIN", words("It was drained: it takes no new jobs", "已被排空：不再接收新作业")],
  ["DRAINED", words("It was drained: it takes no new jobs", "已被排空：不再接收新作业")],
  ["DRAINING", words("It is being drained: it takes no new jobs", "正在排空：不再接收新作业")],
  ["MAINT", words("It is in maintenance", "正在维护")],
  ["REBOOT_ISSUED", words("It is restarting", "正在重启")],
  ["REBOOT_REQUESTED", words("It restarts when its jobs have ended", "作业结束后将重启")],
  ["POWERING_DOWN", words("It is powering down", "正在关机")],
  ["INVALID_REG", words("It registered with less than its configuration says", "其注册的资源少于配置")],
  ["INVAL", words("It registered with less than its configuration says", "其注册的资源少于配置")],
  ["FUTURE", words("It is only planned", "仅为规划中的节点")],
  ["UNKNOWN", words("Slurm does not know its state yet", "Slurm 尚不知其状态")],
  ["ERROR", words("Slurm says that it is in error", "Slurm 报告其出错")],
];

/** Undefined: it takes jobs. Nodes that were powered down to save energy do: Slurm wakes them. */
export function obstacleOf(node: Pick<SlurmNode, "states" | "reason">): Words | undefined {
  const found = obstacles.find(([state]) => node.states.includes(state));
  if (found === undefined) return undefined;
  const { en, zh } = found[1];
  return node.reason === undefined
    ? words(`${en}.`, `${zh}。`)
    : words(`${en}: ${node.reason}`, `${zh}：${node.reason}`);
}
