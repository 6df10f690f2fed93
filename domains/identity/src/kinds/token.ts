import { defineKind, field, type ResourceOf, words } from "@yunhe/kernel";
import { z } from "zod";
import { identityGroup } from "../group.ts";
import { roles } from "../roles.ts";
import { subject } from "./subject.ts";

/** What a token may do at most, whatever its subject may. */
export const tokenScopes = z.strictObject({
  role: field(z.enum(roles).optional(), {
    en: "Strongest role it can act in; absent: the subject's own.",
    zh: "可行使的最高角色；缺省为主体自身的角色。",
  }),
  projects: field(z.array(z.string().min(1).max(63)).min(1).max(100).optional(), {
    en: "Projects it can act in; absent: all of the subject's, and the cluster.",
    zh: "可操作的项目；缺省为主体的全部项目及集群。",
  }),
});

export type TokenScopes = z.output<typeof tokenScopes>;

const tokenSpec = z.strictObject({
  type: field(z.enum(["api", "session"]), {
    en: "api: for programs, as a bearer token. session: a signed-in browser.",
    zh: "api：供程序以 Bearer 方式使用；session：已登录的浏览器。",
  }),
  subject: field(subject, { en: "Who acts with it.", zh: "以其身份行事的主体。" }),
  subjectUid: field(z.string(), {
    en: "The very object it was made for: a namesake made later cannot use it.",
    zh: "签发时主体的 uid：日后同名者不能使用。",
  }),
  description: field(z.string().max(200).optional(), { en: "What it is for.", zh: "用途。" }),
  expiresAt: field(z.string(), { en: "Good until then.", zh: "有效期至。", format: "date" }),
  scopes: field(tokenScopes.optional(), {
    en: "Makes it weaker than its subject.",
    zh: "使其权限低于所属主体。",
  }),
  parent: field(z.string().optional(), {
    en: "The token that was exchanged for this session: it ends with it.",
    zh: "换得此会话的令牌：该令牌失效时会话随之结束。",
    format: "ref:tokens.identity.yunhe.dev",
  }),
});

const tokenStatus = z.strictObject({
  prefix: field(z.string(), { en: "How the secret begins, to tell it apart.", zh: "密文开头，用于辨认。" }),
  sha256: field(z.string().regex(/^[0-9a-f]{64}$/), {
    en: "SHA-256 of the secret. The secret is 256 random bits: no guessing can invert this.",
    zh: "密文的 SHA-256。密文为 256 位随机数，无法由此反推。",
  }),
  lastUsedAt: field(z.string().optional(), {
    en: "Last use, to the hour.",
    zh: "上次使用时间，精确到小时。",
    format: "date",
  }),
  revoked: field(z.boolean(), { en: "Ended before its time; final.", zh: "已提前吊销；不可恢复。" }),
  revokedAt: field(z.string().optional(), { en: "When it was revoked.", zh: "吊销时间。", format: "date" }),
});

export const revokeAction = "revoke";

export const tokenKind = defineKind({
  group: identityGroup,
  kind: "Token",
  plural: "tokens",
  categories: ["identity"],
  scope: "Cluster",
  words: words("Token", "令牌"),
  description: words(
    "An API token or a signed-in browser session. Issued by the action issue-token of a user or service account; the secret is shown once and never stored.",
    "API 令牌或已登录的浏览器会话。由用户或服务账号的 issue-token 操作签发；密文只显示一次，从不保存。",
  ),
  fields: { spec: tokenSpec, status: tokenStatus.optional() },
  columns: [
    { name: words("Subject", "主体"), path: ".spec.subject.name", type: "string" },
    { name: words("Type", "类型"), path: ".spec.type", type: "string" },
    { name: words("Begins", "开头"), path: ".status.prefix", type: "string" },
    { name: words("Expires", "到期"), path: ".spec.expiresAt", type: "date" },
    { name: words("Last used", "上次使用"), path: ".status.lastUsedAt", type: "date" },
    { name: words("Revoked", "已吊销"), path: ".status.revoked", type: "boolean" },
    { name: words("Age", "存在时长"), path: ".metadata.creationTimestamp", type: "date" },
    { name: words("Description", "用途"), path: ".spec.description", type: "string", priority: 1 },
    { name: words("Project", "项目"), path: ".spec.subject.project", type: "string", priority: 1 },
  ],
  actions: {
    [revokeAction]: {
      words: words("Revoke", "吊销"),
      description: words(
        "Ends the token at once and for ever; its record stays until it would have expired.",
        "令牌立即永久失效；记录保留至原到期时间。",
      ),
      input: z.strictObject({}),
      destructive: true,
    },
  },
  readOnly: true,
  example: {
    apiVersion: `${identityGroup}/v1`,
    kind: "Token",
    metadata: { name: "ada-x7k2m" },
    spec: {
      type: "api",
      subject: { kind: "User", name: "ada" },
      subjectUid: "2f1d6c1e-3b0a-4c58-9f7e-0a4c0b1d2e3f",
      description: "laptop",
      expiresAt: "2027-01-31T00:00:00.000Z",
    },
  },
});

export type Token = ResourceOf<typeof tokenKind>;
