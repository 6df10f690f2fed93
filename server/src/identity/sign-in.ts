import type { IncomingMessage, ServerResponse } from "node:http";
import { roleOf, type Role } from "@yunhe/domain-identity";
import { TLSSocket } from "node:tls";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { ApiError, type Principal, type Store, words } from "@yunhe/kernel";
import { z } from "zod";
import { credentialsOf, type HttpApp, parseJsonBody, readBody, sendJson } from "../http/index.ts";
import type { FailedAttempts } from "./attempts.ts";
import { type Authenticate, unauthorized } from "./authenticate.ts";
import type { SignInCodes } from "./codes.ts";
import { checkSameOrigin, clearCookie, csrfHeader, sessionCookie, setCookie } from "./cookie.ts";
import {
  closeSession,
  type NewSession,
  sessionByCode,
  sessionByToken,
  type SessionParts,
} from "./sessions.ts";

export interface SignInParts extends SessionParts {
  readonly store: Store;
  readonly codes: SignInCodes;
  readonly attempts: FailedAttempts;
  readonly authenticate: Authenticate;
  readonly version: string;
  /** Whether the address that people use begins with https, at this server or at a proxy before it. */
  readonly isHttps: () => boolean;
}

/**
 * `GET /signin/discovery`, and `POST`, `GET` and `DELETE /signin/session`. The page `/signin` itself belongs to the
 * console.
 */
export const signInRoutes =
  (parts: SignInParts) =>
  (app: HttpApp): void => {
    const on = (method: string, path: string, handler: Handler): void => {
      app.on(method, path, async ({ env }) => {
        await handler(parts, env.incoming, env.outgoing);
        return RESPONSE_ALREADY_SENT;
      });
    };
    on("GET", "/signin/discovery", async (_parts, _incoming, outgoing) =>
      sendJson(outgoing, 200, discovery(parts.version)),
    );
    on("POST", "/signin/session", signIn);
    on("GET", "/signin/session", async (_parts, incoming, outgoing) =>
      sendJson(outgoing, 200, whoIs(parts, parts.authenticate(credentialsOf(incoming))), noStore),
    );
    on("DELETE", "/signin/session", signOut);
  };

type Handler = (parts: SignInParts, incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;

const noStore = { "Cache-Control": "no-store" };

/** What anybody may know before signing in. */
const discovery = (version: string): Record<string, unknown> => ({
  product: "Yunhe",
  version,
  languages: ["en", "zh"],
  ways: [
    {
      type: "link",
      words: words(
        "Open the one-time link that the server printed at start",
        "打开服务器启动时打印的一次性链接",
      ),
    },
    { type: "token", words: words("Paste an API token", "粘贴 API 令牌") },
  ],
  session: "/signin/session",
  csrfHeader,
});

const credentials = z.union([
  z.strictObject({ token: z.string().max(200) }),
  z.strictObject({ code: z.string().max(200) }),
]);

async function signIn(
  parts: SignInParts,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  // A foreign site must not sign somebody in to an account of its own choice either.
  checkSameOrigin(credentialsOf(incoming));
  const given = credentials.safeParse(parseJsonBody(await readBody(incoming)));
  if (!given.success) throw badCredentials();
  const session =
    "code" in given.data
      ? await byCode(parts, incoming, given.data.code)
      : await byToken(parts, incoming, given.data.token);
  const maxAgeSeconds = Math.floor((Date.parse(session.expiresAt) - parts.environment.clock.nowMs()) / 1000);
  sendJson(
    outgoing,
    201,
    { ...whoIs(parts, session.principal), expiresAt: session.expiresAt },
    {
      ...noStore,
      "Set-Cookie": setCookie(
        credentialsOf(incoming),
        session.secret,
        maxAgeSeconds,
        isSecure(parts, incoming),
      ),
    },
  );
}

async function byCode(parts: SignInParts, incoming: IncomingMessage, code: string): Promise<NewSession> {
  const grant = parts.codes.redeem(code);
  const session = grant && (await sessionByCode(parts, grant));
  return session ?? refuse(parts, incoming, unauthorized(spentCode));
}

async function byToken(parts: SignInParts, incoming: IncomingMessage, text: string): Promise<NewSession> {
  const found = parts.identity.authenticate(text.trim(), "api");
  if (found.type === "refused") return refuse(parts, incoming, unauthorized(found.why));
  return (await sessionByToken(parts, found.token)) ?? refuse(parts, incoming, unauthorized(spentCode));
}

const isSecure = ({ isHttps }: SignInParts, incoming: IncomingMessage): boolean =>
  isHttps() || incoming.socket instanceof TLSSocket;

/** A failed sign-in is in the audit log before its answer; too many are only turned away. */
async function refuse(parts: SignInParts, incoming: IncomingMessage, error: ApiError): Promise<never> {
  const address = incoming.socket.remoteAddress ?? "";
  const tooMany = parts.attempts.fail(address);
  if (tooMany !== undefined) throw tooMany;
  await parts.store.recordAudit({
    timeMs: parts.environment.clock.nowMs(),
    actor: `anonymous:${address}`,
    verb: "sign-in",
    kind: "",
    namespace: "",
    name: "",
    uid: "",
    before: 0,
    after: 0,
    subresource: "",
    requestId: "",
    outcome: `denied: ${error.words.en}`,
    objectSha256: "",
  });
  throw error;
}

async function signOut(
  parts: SignInParts,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  checkSameOrigin(credentialsOf(incoming));
  // Who is signed out already gets the same answer, and a browser that still has a cookie forgets it.
  const found = parts.identity.authenticate(sessionCookie(credentialsOf(incoming)) ?? "", "session");
  if (found.type === "known") await closeSession(parts, found.principal);
  outgoing.writeHead(204, {
    ...noStore,
    "Set-Cookie": clearCookie(credentialsOf(incoming), isSecure(parts, incoming)),
  });
  outgoing.end();
}

function whoIs({ identity }: SignInParts, principal: Principal): Record<string, unknown> {
  const roles = identity.roles(principal);
  if ("why" in roles) throw unauthorized(roles.why);
  const projects: Record<string, Role> = {};
  for (const [project, rank] of roles.projects) {
    const role = roleOf(rank);
    if (role !== undefined) projects[project] = role;
  }
  const cluster = roleOf(roles.cluster);
  return { principal, roles: { ...(cluster === undefined ? {} : { cluster }), projects }, csrfHeader };
}

const spentCode = words(
  "this sign-in link was used or has expired: ask for a new one (yunhe up prints one at start), or use a token",
  "登录链接已使用或已过期：请重新获取（yunhe up 启动时会打印），或使用令牌登录",
);

const badCredentials = (): ApiError =>
  new ApiError(
    "BadRequest",
    words(
      'the body must be {"token": "yh_…"} or {"code": "…"}',
      '请求体须为 {"token": "yh_…"} 或 {"code": "…"}',
    ),
  );
