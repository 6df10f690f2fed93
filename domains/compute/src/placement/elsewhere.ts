import { words } from "@yunhe/kernel";
import type { TaskStatus } from "../kinds/task.ts";

/** How often every pool in question may refuse a task before it has failed. */
const mostRefusals = 8;
const firstPauseMs = 10_000;
const longestPauseMs = 600_000;

/**
 * Pure: every pool that could take the task has refused it. All are asked again after a pause that doubles each time;
 * after the eighth round the task has failed, so that nothing goes round for ever.
 */
export function refusedEverywhere(before: TaskStatus, nowMs: number): TaskStatus {
  const { refusedBy = [], refusals = 0, ...status } = before;
  const rounds = refusals + 1;
  const pools = refusedBy.join(", ");
  if (rounds >= mostRefusals) {
    const said = words(
      `Every pool that could take it refused it ${rounds} times: ${pools}. ${before.message ?? ""}`,
      `所有可选资源池（${pools}）已拒绝 ${rounds} 次。${before.messageZh ?? ""}`,
    );
    return {
      ...status,
      phase: "Failed",
      reason: "RefusedEverywhere",
      message: said.en,
      messageZh: said.zh,
      refusals: rounds,
      endedAt: new Date(nowMs).toISOString(),
    };
  }
  const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** refusals);
  const said = words(
    `Every pool that could take it refused it (${pools}); they are asked again in ${pauseMs / 1000} s.`,
    `所有可选资源池（${pools}）均已拒绝；${pauseMs / 1000} 秒后再次询问。`,
  );
  return {
    ...status,
    reason: "RefusedEverywhere",
    message: said.en,
    messageZh: said.zh,
    refusals: rounds,
    notBefore: new Date(nowMs + pauseMs).toISOString(),
  };
}
