import type { ServerResponse } from "node:http";
import { ApiError, type Language, type Words, words } from "@yunhe/kernel";

/** Headers of every answer that is data: never sniffed, framed, run or kept by a shared cache. */
export const apiHeaders: Readonly<Record<string, string>> = {
  "Cache-Control": "no-cache, private",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

export const jsonType = "application/json";

export function sendJson(
  response: ServerResponse,
  code: number,
  body: string | Record<string, unknown>,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(code, {
    ...apiHeaders,
    "Content-Type": jsonType,
    "Content-Length": Buffer.byteLength(text),
    ...headers,
  });
  // As text, not bytes: head and body then leave in one write.
  response.end(text);
}

/** A Kubernetes `Status`; message and causes in the language asked for, both under `x-yunhe`. */
export function statusOf(error: ApiError, language: Language): Record<string, unknown> {
  const { causes, group, kind, name, uid, retryAfterSeconds } = error.details;
  // Details name a kind either apart from its group or as `plural.group`.
  const dot = group === undefined ? (kind ?? "").indexOf(".") : -1;
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: error.words[language],
    reason: error.reason,
    details: {
      ...(name === undefined ? {} : { name }),
      ...(group === undefined ? (dot < 0 ? {} : { group: kind!.slice(dot + 1) }) : { group }),
      ...(kind === undefined ? {} : { kind: dot < 0 ? kind : kind.slice(0, dot) }),
      ...(uid === undefined ? {} : { uid }),
      ...(causes === undefined ? {} : { causes: causes.map((cause) => ({ reason: cause.reason, field: cause.field, message: cause.message[language], "x-yunhe": cause.message })) }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      "x-yunhe": { message: error.words },
    },
    code: error.code,
  }; // prettier-ignore
}

export function sendError(response: ServerResponse, error: unknown, language: Language): void {
  const known = asApiError(error);
  sendJson(response, known.code, statusOf(known, language), errorHeaders(known));
}

function errorHeaders(error: ApiError): Record<string, string> {
  const { retryAfterSeconds } = error.details;
  return {
    ...(error.reason === "Unauthorized" ? { "WWW-Authenticate": 'Bearer realm="yunhe"' } : {}),
    ...(retryAfterSeconds === undefined ? {} : { "Retry-After": String(retryAfterSeconds) }),
  };
}

/** What is not an ApiError is a defect of ours: its text stays in the log. */
export const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError
    ? error
    : new ApiError(
        "InternalError",
        words(
          "the server made a mistake; its log has more under this request's id",
          "服务器内部错误；可按本请求的 id 查看日志",
        ),
        {},
        { cause: error },
      );

export const success = (details: Record<string, unknown> = {}): Record<string, unknown> => ({
  kind: "Status",
  apiVersion: "v1",
  metadata: {},
  status: "Success",
  details,
});

export const notFoundPath = (pathname: string): ApiError =>
  new ApiError(
    "NotFound",
    words(
      `the server could not find the requested resource: nothing is served at ${pathname}`,
      `服务器找不到所请求的资源：${pathname} 处没有内容`,
    ),
  );

/** `Warning` headers (RFC 7234 section 5.5), which kubectl shows; ASCII only, so in English. */
export const warningHeaders = (warnings: readonly Words[]): Record<string, string> =>
  warnings.length === 0
    ? {}
    : {
        Warning: warnings
          .map(({ en }) => `299 - ${JSON.stringify(en.replaceAll(/[^\x20-\x7e]/g, "?"))}`)
          .join(", "),
      };
