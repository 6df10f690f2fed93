import { type Condition, field, type Words } from "@yunhe/kernel";
import type { Finding } from "@yunhe/evaluation";
import { z } from "zod";

/** What is known of an object's state; merged by type in server-side apply. */
export const conditions = field(
  z
    .array(
      z.strictObject({
        type: z.string(),
        status: z.enum(["True", "False", "Unknown"]),
        reason: z.string(),
        message: z.string(),
        messageZh: z.string().optional(),
        lastTransitionTime: z.string(),
        observedGeneration: z.int().optional(),
      }),
    )
    .optional(),
  {
    en: "What is known of this object's state, with reason and message.",
    zh: "该对象的状态条件，附原因与说明。",
  },
);

/** The condition Ready, with the time of its last change kept while its state stays. */
export function ready(
  before: readonly Condition[] | undefined,
  status: Condition["status"],
  reason: string,
  message: Words,
  now: string,
): Condition[] {
  const same = before?.find(
    (each) => each.type === "Ready" && each.status === status && each.reason === reason,
  );
  const lastTransitionTime = same?.lastTransitionTime ?? now;
  return [{ type: "Ready", status, reason, message: message.en, messageZh: message.zh, lastTransitionTime }];
}

/** One fault or remark, with its place in a file, a specification or the data. */
export const finding = z.strictObject({
  level: z.enum(["error", "warning"]),
  code: z.string(),
  message: z.string(),
  messageZh: z.string(),
  file: z.string().optional(),
  row: z.int().optional(),
  column: z.string().optional(),
  path: z.string().optional(),
  entity: z.string().optional(),
  indicator: z.string().optional(),
  index: z.string().optional(),
  period: z.string().optional(),
});

export const findings = field(z.array(finding).optional(), {
  en: "Errors and warnings, errors first; at most a hundred.",
  zh: "错误与警告，错误在前；至多一百条。",
});

export type StatusFinding = z.output<typeof finding>;

const mostFindings = 100;

export function statusFindings(list: readonly Finding[]): StatusFinding[] {
  return list
    .toSorted((a, b) => Number(a.level === "warning") - Number(b.level === "warning"))
    .slice(0, mostFindings)
    .map(({ level, code, message, place }) => ({
      level,
      code,
      message: message.en,
      messageZh: message.zh,
      ...defined(place),
    }));
}

const defined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;

export const content = z.strictObject({
  sha256: field(z.string().regex(/^[0-9a-f]{64}$/), { en: "SHA-256 of the bytes.", zh: "内容的 SHA-256。" }),
  bytes: field(z.int().nonnegative(), { en: "Size.", zh: "大小。", format: "bytes" }),
});
