import type { Authentication, Identity } from "@yunhe/domain-identity";
import { ApiError, type Principal, type Words, words } from "@yunhe/kernel";
import type { Credentials } from "../http/index.ts";
import type { FailedAttempts } from "./attempts.ts";
import { checkSameOrigin, sessionCookie } from "./cookie.ts";

/** Who sent a request, by its bearer token or its session cookie. Throws Unauthorized, Forbidden or TooManyRequests. */
export type Authenticate = (credentials: Credentials) => Principal;

export function openAuthenticate(identity: Identity, attempts: FailedAttempts): Authenticate {
  return (credentials) => {
    const { authorization } = credentials.headers;
    const cookie = authorization === undefined ? sessionCookie(credentials) : undefined;
    if (authorization === undefined && cookie === undefined) throw unauthorized(missing);
    if (cookie !== undefined) checkSameOrigin(credentials);
    const found =
      cookie === undefined
        ? byBearer(identity, authorization ?? "")
        : identity.authenticate(cookie, "session");
    if (found.type === "known") return found.principal;
    throw (found.guess ? attempts.fail(credentials.remoteAddress) : undefined) ?? unauthorized(found.why);
  };
}

function byBearer(identity: Identity, header: string): Authentication {
  const secret = /^Bearer +(\S+) *$/i.exec(header)?.[1];
  return secret === undefined
    ? { type: "refused", why: notBearer, guess: true }
    : identity.authenticate(secret, "api");
}

export const unauthorized = (why: Words): ApiError => new ApiError("Unauthorized", why);

const missing = words(
  "this needs a sign-in: send the header Authorization: Bearer TOKEN (set YUNHE_TOKEN for yunhe), or sign in to the console",
  "需要登录：请发送请求头 Authorization: Bearer 令牌（yunhe 命令请设置 YUNHE_TOKEN），或登录控制台",
);
const notBearer = words(
  "the header Authorization must be: Bearer TOKEN",
  "请求头 Authorization 的格式应为：Bearer 令牌",
);
