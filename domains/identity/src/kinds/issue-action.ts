import { type ActionDefinition, field, words } from "@yunhe/kernel";
import { z } from "zod";
import { identityGroup } from "../group.ts";
import { tokenScopes } from "./token.ts";

const longestTtlSeconds = 100 * 366 * 86_400;

/** What is asked of a new token; the answer shows the secret, once. */
export const issueInput = z
  .strictObject({
    description: field(z.string().max(200).optional(), { en: "What it is for.", zh: "用途。" }),
    ttlSeconds: field(z.int().min(60).max(longestTtlSeconds).optional(), {
      en: "How long it is good for; 90 days if neither this nor expiresAt is given.",
      zh: "有效时长；与 expiresAt 均未给出时为 90 天。",
      format: "seconds",
    }),
    expiresAt: field(z.iso.datetime({ offset: true }).optional(), {
      en: "Or: until when it is good.",
      zh: "或：有效期至。",
      format: "date",
    }),
    scopes: field(tokenScopes.optional(), {
      en: "Makes it weaker than its subject.",
      zh: "使其权限低于所属主体。",
    }),
  })
  .refine((input) => input.ttlSeconds === undefined || input.expiresAt === undefined, {
    path: ["expiresAt"],
    error: "give ttlSeconds or expiresAt, not both / ttlSeconds 与 expiresAt 只能给出一个",
  });

export type IssueInput = z.output<typeof issueInput>;

/** Name of the action under which users and service accounts get tokens. */
export const issueAction = "issue-token";
/** Name of the action that gives a one-time link to the console. */
export const signInLinkAction = "sign-in-link";

/**
 * Tokens are born by an action of their subject, as Kubernetes does it (`serviceaccounts/NAME/token`): the path alone
 * says who gets one, so that the permission check needs no body, and the secret is never part of an object.
 */
export const issueTokenAction: ActionDefinition = {
  words: words("Issue a token", "签发令牌"),
  description: words(
    "Makes an API token. The answer shows the secret this one time; only its hash is kept.",
    "生成 API 令牌。密文仅在本次应答中显示一次；系统只保存其哈希。",
  ),
  input: issueInput,
};

export const signInLinkActionDefinition: ActionDefinition = {
  words: words("Make a sign-in link", "生成登录链接"),
  description: words(
    "Makes a link that signs this user in to the console once, within ten minutes.",
    "生成一次性登录链接，十分钟内可用它以该用户身份登录控制台。",
  ),
  input: z.strictObject({}),
};

/** A subject's deletion waits until its tokens and bindings are gone: a name used again inherits nothing (C5). */
export const subjectFinalizer = `${identityGroup}/subject`;
