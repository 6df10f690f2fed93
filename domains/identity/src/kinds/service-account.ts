import { defineKind, field, type ResourceOf, words } from "@yunhe/kernel";
import { z } from "zod";
import { identityGroup } from "../group.ts";
import { issueAction, issueTokenAction, subjectFinalizer } from "./issue-action.ts";

const serviceAccountSpec = z.strictObject({
  description: field(z.string().max(2000).optional(), { en: "What it is for.", zh: "用途说明。" }),
  disabled: field(z.boolean().default(false), {
    en: "Its tokens stop at once.",
    zh: "停用：其令牌立即失效。",
  }),
});

export const serviceAccountKind = defineKind({
  group: identityGroup,
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  shortNames: ["sa"],
  categories: ["identity"],
  scope: "Namespaced",
  words: words("Service account", "服务账号"),
  description: words(
    "A program that uses the API: a CI job, a script, an application.",
    "使用 API 的程序：持续集成、脚本或应用。",
  ),
  fields: { spec: serviceAccountSpec.prefault({}) },
  columns: [
    { name: words("Disabled", "已停用"), path: ".spec.disabled", type: "boolean" },
    { name: words("Age", "存在时长"), path: ".metadata.creationTimestamp", type: "date" },
    { name: words("Description", "说明"), path: ".spec.description", type: "string", priority: 1 },
  ],
  actions: { [issueAction]: issueTokenAction },
  finalizers: [subjectFinalizer],
  example: {
    apiVersion: `${identityGroup}/v1`,
    kind: "ServiceAccount",
    metadata: { name: "ci", namespace: "vision" },
    spec: { description: "Submits the nightly training." },
  },
});

export type ServiceAccount = ResourceOf<typeof serviceAccountKind>;
