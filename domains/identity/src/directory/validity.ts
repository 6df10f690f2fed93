import { type Words, words } from "@yunhe/kernel";
import type { Account, TokenRecord } from "./records.ts";
import type { Directory } from "./directory.ts";

export const refusals = {
  unknownToken: words("this token is not known", "令牌不存在"),
  revoked: words("this token was revoked", "令牌已被吊销"),
  expired: words("this token has expired", "令牌已过期"),
  noAccount: words("this account does not exist or is disabled", "账号不存在或已停用"),
} as const satisfies Record<string, Words>;

/** Why a token is good for nothing now, or the account that acts with it. */
export function accountOfToken(
  directory: Directory,
  token: TokenRecord,
  nowMs: number,
): { readonly account: Account } | { readonly why: Words } {
  if (token.revoked) return { why: refusals.revoked };
  if (token.expiresMs <= nowMs) return { why: refusals.expired };
  const account = directory.account(token.subject);
  // A namesake made after the token's subject was deleted is somebody else (C5).
  if (account === undefined || !account.active || account.uid !== token.subjectUid)
    return { why: refusals.noAccount };
  if (token.parent === undefined) return { account };
  const parent = directory.token(token.parent);
  if (parent === undefined || parent.parent !== undefined) return { why: refusals.revoked };
  const lent = accountOfToken(directory, parent, nowMs);
  return "why" in lent ? lent : { account };
}
