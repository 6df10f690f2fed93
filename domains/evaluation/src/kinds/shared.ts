import { type Condition, condition, field, type StoredConditions, type Words } from "@yunhe/kernel";
import type { Finding } from "@yunhe/evaluation";
import { z } from "zod";

/** The condition Ready, with the time of its last change kept while its state stays. */
export function ready(
  before: StoredConditions,
  status: Condition["status"],
  reason: string,
  message: Words,
  now: string,
): Condition[] {
  return [condition(before, "Ready", status, reason, message, now)];
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
