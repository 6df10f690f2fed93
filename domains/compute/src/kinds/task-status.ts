import { conditions, field } from "@yunhe/kernel";
import { z } from "zod";

/** Waiting → Starting → Running → one of the three ends; a retry goes back to Waiting. */
export const taskPhases = [
  "Waiting",
  "Starting",
  "Running",
  "Cancelling",
  "Succeeded",
  "Failed",
  "Cancelled",
] as const;
export type TaskPhase = (typeof taskPhases)[number];

/** What has become of a task. */
export const taskStatus = z.strictObject({
  phase: field(z.enum(taskPhases), { en: "Where it stands.", zh: "当前阶段。" }),
  reason: z.string().optional(),
  message: z.string().optional(),
  messageZh: z.string().optional(),
  attempts: field(z.int().nonnegative(), { en: "Attempts made so far.", zh: "已进行的尝试次数。" }),
  countedFailures: field(z.int().nonnegative(), {
    en: "Failures that count against the retry limit.",
    zh: "计入重试上限的失败次数。",
  }),
  currentAttempt: field(z.string().optional(), {
    en: "The attempt that is not over.",
    zh: "尚未结束的尝试。",
    format: "ref:attempts.compute.yunhe.dev",
  }),
  lastAttempt: field(z.string().optional(), {
    en: "The newest attempt.",
    zh: "最近一次尝试。",
    format: "ref:attempts.compute.yunhe.dev",
  }),
  notBefore: field(z.string().optional(), {
    en: "The next attempt waits until then.",
    zh: "下一次尝试不早于此时。",
    format: "date",
  }),
  pool: z.string().optional(),
  node: z.string().optional(),
  refusedBy: field(z.array(z.string()).optional(), {
    en: "Pools that refused it since it last waited for all; they are left out for now.",
    zh: "本轮拒绝它的资源池；暂不考虑。",
  }),
  refusals: field(z.int().nonnegative().optional(), {
    en: "How often all pools in question had refused it.",
    zh: "所有可选资源池均拒绝的次数。",
  }),
  exitCode: field(z.int().optional(), { en: "What the program returned.", zh: "程序返回值。" }),
  signal: field(z.string().optional(), { en: "The signal that ended it.", zh: "终止它的信号。" }),
  startedAt: field(z.string().optional(), {
    en: "First attempt began.",
    zh: "首次尝试开始时间。",
    format: "date",
  }),
  endedAt: field(z.string().optional(), { en: "It was over.", zh: "结束时间。", format: "date" }),
  isolation: field(z.string().optional(), { en: "The isolation it really got.", zh: "实际获得的隔离级别。" }),
  outputs: field(
    z
      .array(z.strictObject({ path: z.string(), sha256: z.string(), bytes: z.int(), mode: z.int() }))
      .optional(),
    { en: "Files kept, by digest.", zh: "保留的文件及摘要。" },
  ),
  array: field(
    z
      .strictObject({
        total: z.int(),
        created: z.int(),
        waiting: z.int(),
        running: z.int(),
        succeeded: z.int(),
        failed: z.int(),
        cancelled: z.int(),
      })
      .optional(),
    { en: "How the members of the array stand.", zh: "数组成员的状态统计。" },
  ),
  explanation: field(z.record(z.string(), z.unknown()).optional(), {
    en: "Why it is where it is, or why it waits.",
    zh: "为何在此运行，或为何等待。",
  }),
  conditions,
});

export type TaskStatus = z.output<typeof taskStatus>;
