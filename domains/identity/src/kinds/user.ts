import { defineKind, field, type ResourceOf, words } from "@yunhe/kernel";
import { z } from "zod";
import { identityGroup } from "../group.ts";
import {
  issueAction,
  issueTokenAction,
  signInLinkAction,
  signInLinkActionDefinition,
  subjectFinalizer,
} from "./issue-action.ts";

const userSpec = z.strictObject({
  displayName: field(z.string().max(100).optional(), { en: "Name for people.", zh: "显示名称。" }),
  email: field(z.email().max(254).optional(), { en: "Where to reach them.", zh: "联系邮箱。" }),
  disabled: field(z.boolean().default(false), {
    en: "Lets nobody in under this name; tokens and sessions stop at once.",
    zh: "停用：其令牌与会话立即失效。",
  }),
});

const userStatus = z.strictObject({
  lastSignInAt: field(z.string().optional(), {
    en: "Last sign-in to the console.",
    zh: "上次登录控制台的时间。",
    format: "date",
  }),
});

export const userKind = defineKind({
  group: identityGroup,
  kind: "User",
  plural: "users",
  categories: ["identity"],
  scope: "Cluster",
  words: words("User", "用户"),
  description: words(
    "A person. Has no password: signs in with a token or a one-time link.",
    "一个人。没有密码：用令牌或一次性链接登录。",
  ),
  fields: { spec: userSpec.prefault({}), status: userStatus.optional() },
  columns: [
    { name: words("Display name", "显示名称"), path: ".spec.displayName", type: "string" },
    { name: words("Disabled", "已停用"), path: ".spec.disabled", type: "boolean" },
    { name: words("Last sign-in", "上次登录"), path: ".status.lastSignInAt", type: "date" },
    { name: words("Age", "存在时长"), path: ".metadata.creationTimestamp", type: "date" },
    { name: words("Email", "邮箱"), path: ".spec.email", type: "string", priority: 1 },
  ],
  actions: { [issueAction]: issueTokenAction, [signInLinkAction]: signInLinkActionDefinition },
  finalizers: [subjectFinalizer],
  example: {
    apiVersion: `${identityGroup}/v1`,
    kind: "User",
    metadata: { name: "ada" },
    spec: { displayName: "Ada Lovelace", email: "ada@example.org" },
  },
});

export type User = ResourceOf<typeof userKind>;
