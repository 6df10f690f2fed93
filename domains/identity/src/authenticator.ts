import { type Clock, type Principal, type Words, words } from "@yunhe/kernel";
import type { Directory } from "./directory/directory.ts";
import type { TokenRecord } from "./directory/records.ts";
import { accountOfToken, refusals } from "./directory/validity.ts";
import { hashSecret, parseSecret, type TokenType } from "./secret.ts";

export type Authentication =
  | { readonly type: "known"; readonly principal: Principal; readonly token: TokenRecord }
  /** `guess`: nothing that we ever issued; counts against the sender. */
  | { readonly type: "refused"; readonly why: Words; readonly guess: boolean };

const malformed = words(
  "this is no token of Yunhe: it begins with yh_ and has 52 characters; perhaps some are missing",
  "这不是云鹤的令牌：应以 yh_ 开头，共 52 个字符；可能有缺漏",
);
const wrongType = words(
  "a session is used by the browser's cookie, an API token as a bearer token",
  "会话仅可通过浏览器 Cookie 使用，API 令牌仅可以 Bearer 方式使用",
);

/** Finds out who holds a secret. Says more than "unknown" only to who holds a secret that we issued. */
export function authenticate(
  { directory, clock }: { readonly directory: Directory; readonly clock: Clock },
  text: string,
  type: TokenType,
): Authentication {
  const parsed = parseSecret(text);
  if (parsed === undefined) return { type: "refused", why: malformed, guess: true };
  if (parsed.type !== type) return { type: "refused", why: wrongType, guess: true };
  const token = directory.tokenByHash(hashSecret(parsed.secret));
  if (token === undefined || token.type !== type)
    return { type: "refused", why: refusals.unknownToken, guess: true };
  const owner = accountOfToken(directory, token, clock.nowMs());
  if ("why" in owner) return { type: "refused", why: owner.why, guess: false };
  const { id, type: accountType, displayName } = owner.account;
  return { type: "known", token, principal: { id, type: accountType, displayName, tokenName: token.name } };
}
