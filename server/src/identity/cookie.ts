import { ApiError, words } from "@yunhe/kernel";
import type { Credentials } from "../http/index.ts";

/** Every request of the console that changes something carries it; no other site can make a browser send it. */
export const csrfHeader = "x-yunhe-request";

type Request = Pick<Credentials, "headers" | "method">;

/** Browsers keep cookies by host, whatever the port: each server on a host needs a name of its own. */
function cookieName({ headers }: Request): string {
  const port = /:(\d+)$/.exec(headers.host ?? "")?.[1];
  return port === undefined ? "yunhe_session" : `yunhe_session_${port}`;
}

export function sessionCookie(request: Request): string | undefined {
  const wanted = `${cookieName(request)}=`;
  const pairs = (request.headers.cookie ?? "").split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(wanted))?.slice(wanted.length);
}

export function setCookie(request: Request, secret: string, maxAgeSeconds: number, isHttps: boolean): string {
  const attributes = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}${isHttps ? "; Secure" : ""}`;
  return `${cookieName(request)}=${secret}; ${attributes}`;
}

export const clearCookie = (request: Request, isHttps: boolean): string => setCookie(request, "", 0, isHttps);

const reading = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Throws Forbidden when a request that rides on the cookie was not made by our own console. SameSite=Strict keeps other
 * sites out, but other ports of the same host count as the same site: so the browser's own word (Sec-Fetch-Site,
 * Origin) is asked too, and a change needs a header that only same-origin code can send.
 */
export function checkSameOrigin({ headers, method }: Request): void {
  const from = headers["sec-fetch-site"];
  if (from !== undefined && from !== "same-origin" && from !== "none") throw crossOrigin();
  if (headers.origin !== undefined && hostOf(headers.origin) !== headers.host) throw crossOrigin();
  if (!reading.has(method) && headers[csrfHeader] === undefined) throw missingHeader();
}

const hostOf = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).host : undefined;

const crossOrigin = (): ApiError =>
  new ApiError(
    "Forbidden",
    words(
      "this request comes from another site: a session serves the console it was opened in alone; use an API token",
      "请求来自其他站点：会话仅供其所属控制台使用；请改用 API 令牌",
    ),
  );

const missingHeader = (): ApiError =>
  new ApiError(
    "Forbidden",
    words(
      `the header ${csrfHeader} is missing: with a session every change must carry it; programs use an API token`,
      `缺少请求头 ${csrfHeader}：使用会话进行更改时必须携带；程序请使用 API 令牌`,
    ),
  );
