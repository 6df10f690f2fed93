import assert from "node:assert/strict";
import { request } from "node:http";
import { test } from "node:test";
import { tokenKind, userKind } from "@yunhe/domain-identity";
import { type IdentityServer, openIdentityServer } from "./identity-server.ts";

interface Answer {
  readonly code: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Record<string, unknown>;
}

/** As a browser would: `fetch` may not set Origin, Host or Sec-Fetch-Site. */
function send(
  server: IdentityServer,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: unknown,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(server.address + path, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        const parsed = text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
        resolve({ code: response.statusCode ?? 0, headers: response.headers, body: parsed });
      });
    });
    sent.on("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const ours = { "x-yunhe-request": "1", "Content-Type": "application/json" };
const session = "/signin/session";
const users = "/apis/identity.yunhe.dev/v1/users";

const codeIn = (url: string): string => new URL(url).searchParams.get("code") ?? "";
const cookieIn = (answer: Answer): string => String(answer.headers["set-cookie"]).split(";", 1)[0]!;

async function signInByLink(server: IdentityServer): Promise<Answer> {
  const link = server.signIn.linkFor("user:admin")!;
  assert.ok(link.url.startsWith(`${server.address}/signin?code=`));
  return send(server, "POST", session, ours, { code: codeIn(link.url) });
}

test("anybody may find out how to sign in, and nothing else", async (context) => {
  const server = await openIdentityServer(context);
  const { code, body } = await send(server, "GET", "/signin/discovery");
  assert.equal(code, 200);
  assert.deepEqual(body["languages"], ["en", "zh"]);
  assert.deepEqual(
    (body["ways"] as { type: string }[]).map(({ type }) => type),
    ["link", "token"],
  );
  const refused = await send(server, "GET", users);
  assert.equal(refused.code, 401);
  assert.match(String(refused.headers["www-authenticate"]), /Bearer/);
});

test("a link signs in once, with a cookie that scripts and other sites cannot use", async (context) => {
  const server = await openIdentityServer(context);
  const link = server.signIn.linkFor("user:admin")!;
  const first = await send(server, "POST", session, ours, { code: codeIn(link.url) });
  assert.equal(first.code, 201);
  assert.deepEqual(first.body["roles"], { cluster: "admin", projects: {} });
  assert.match(
    String(first.headers["set-cookie"]),
    /^yunhe_session_\d+=yhs_\w{49}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=604[78]\d\d$/,
  );
  assert.equal((await send(server, "GET", users, { Cookie: cookieIn(first) })).code, 200);
  const second = await send(server, "POST", session, ours, { code: codeIn(link.url) });
  assert.equal(second.code, 401);
  assert.equal(second.headers["set-cookie"], undefined);
});

test("a link is good for ten minutes", async (context) => {
  const server = await openIdentityServer(context);
  const link = server.signIn.linkFor("user:admin")!;
  server.advance(10 * 60_000);
  assert.equal((await send(server, "POST", session, ours, { code: codeIn(link.url) })).code, 401);
});

test("a token is exchanged for a session that is no stronger and lives no longer", async (context) => {
  const server = await openIdentityServer(context);
  await server.user("ada", { cluster: "admin" });
  const token = await server.token("ada", { ttlSeconds: 3600, scopes: { role: "viewer" } });
  const signedIn = await send(server, "POST", session, ours, { token });
  assert.equal(signedIn.code, 201);
  assert.deepEqual(signedIn.body["roles"], { cluster: "viewer", projects: {} });
  const cookie = { Cookie: cookieIn(signedIn) };
  assert.equal((await send(server, "GET", session, cookie)).code, 200);
  server.advance(3_600_000);
  assert.equal((await send(server, "GET", session, cookie)).code, 401);
});

test("revoking the token ends the session that was made with it", async (context) => {
  const server = await openIdentityServer(context);
  await server.user("ada", { cluster: "admin" });
  const token = await server.token("ada");
  const bearer = { Authorization: `Bearer ${token}` };
  const { body } = await send(server, "GET", session, bearer);
  const { tokenName } = body["principal"] as { tokenName: string };
  const cookie = { Cookie: cookieIn(await send(server, "POST", session, ours, { token })) };
  assert.equal((await send(server, "GET", users, cookie)).code, 200);
  const path = `/apis/identity.yunhe.dev/v1/tokens/${tokenName}/revoke`;
  assert.equal((await send(server, "POST", path, { ...bearer, ...ours }, {})).code, 200);
  assert.equal((await send(server, "GET", users, cookie)).code, 401);
  assert.equal((await send(server, "GET", users, bearer)).code, 401);
});

test("signing out ends the session for good and forgets the cookie; doing it twice is no error", async (context) => {
  const server = await openIdentityServer(context);
  const cookie = { Cookie: cookieIn(await signInByLink(server)) };
  const out = await send(server, "DELETE", session, { ...cookie, ...ours });
  assert.equal(out.code, 204);
  assert.match(String(out.headers["set-cookie"]), /Max-Age=0/);
  assert.equal((await send(server, "GET", users, cookie)).code, 401);
  assert.equal((await send(server, "DELETE", session, { ...cookie, ...ours })).code, 204);
  const sessions = (await server.objects.list(tokenKind)).filter(({ spec }) => spec.type === "session");
  assert.deepEqual(sessions, []);
});

test("sessions are listed as tokens, without their secret", async (context) => {
  const server = await openIdentityServer(context);
  const cookie = cookieIn(await signInByLink(server));
  const answer = await send(server, "GET", "/apis/identity.yunhe.dev/v1/tokens", { Cookie: cookie });
  const text = JSON.stringify(answer.body);
  assert.ok(text.includes('"type":"session"'));
  assert.ok(!text.includes(cookie.split("=")[1]!.slice(5, 30)));
});

test("another site cannot use the session, whatever it sends", async (context) => {
  const server = await openIdentityServer(context);
  const cookie = { Cookie: cookieIn(await signInByLink(server)) };
  const make = (headers: Record<string, string>): Promise<Answer> =>
    send(
      server,
      "POST",
      users,
      { ...cookie, "Content-Type": "application/json", ...headers },
      { ...userKind.example },
    );
  assert.equal((await make({})).code, 403, "no header");
  assert.equal((await make({ ...ours, Origin: "http://127.0.0.1:1" })).code, 403, "another port");
  assert.equal((await make({ ...ours, Origin: "null" })).code, 403, "a sandboxed frame");
  assert.equal((await make({ ...ours, "Sec-Fetch-Site": "same-site" })).code, 403);
  assert.equal((await send(server, "GET", users, { ...cookie, "Sec-Fetch-Site": "cross-site" })).code, 403);
  assert.equal((await server.objects.list(userKind)).length, 1, "nothing was made");
  assert.equal((await make({ ...ours, Origin: server.address, "Sec-Fetch-Site": "same-origin" })).code, 201);
});

test("another site cannot sign a browser in or out either", async (context) => {
  const server = await openIdentityServer(context);
  const cookie = { Cookie: cookieIn(await signInByLink(server)) };
  const { url } = server.signIn.linkFor("user:admin")!;
  const foreign = { "Content-Type": "text/plain", Origin: "http://evil.example" };
  assert.equal((await send(server, "POST", session, foreign, { code: codeIn(url) })).code, 403);
  assert.equal((await send(server, "DELETE", session, { ...cookie, ...foreign })).code, 403);
  assert.equal(
    (await send(server, "POST", session, ours, { code: codeIn(url) })).code,
    201,
    "the code was not spent",
  );
});

test("a bearer token needs no such header, and a session secret is no bearer token", async (context) => {
  const server = await openIdentityServer(context);
  await server.user("ada", { cluster: "admin" });
  const token = await server.token("ada");
  const headers = {
    Authorization: `Bearer ${token}`,
    "Content-Type": "application/json",
    Origin: "http://evil.example",
  };
  const body = { ...userKind.example, metadata: { name: "bob" } };
  assert.equal((await send(server, "POST", users, headers, body)).code, 201);
  const secret = cookieIn(await signInByLink(server)).split("=")[1]!;
  assert.equal((await send(server, "GET", users, { Authorization: `Bearer ${secret}` })).code, 401);
});

test("who guesses is slowed down and written down, who holds a token is not kept out", async (context) => {
  const server = await openIdentityServer(context);
  await server.user("ada", { cluster: "admin" });
  const token = await server.token("ada");
  const guess = (): Promise<Answer> => send(server, "POST", session, ours, { token: "letmein" });
  for (let count = 0; count < 10; count += 1) assert.equal((await guess()).code, 401);
  const slowed = await guess();
  assert.equal(slowed.code, 429);
  assert.ok(Number(slowed.headers["retry-after"]) > 0);
  assert.equal((await send(server, "GET", users, { Authorization: "Bearer nonsense" })).code, 429);
  assert.equal((await send(server, "GET", users, { Authorization: `Bearer ${token}` })).code, 200);
  const written = await server.store.audit({ limit: 1000, actor: "anonymous:127.0.0.1" });
  assert.equal(written.length, 10);
  assert.ok(!JSON.stringify(written).includes("letmein"));
  server.advance(60_000);
  assert.equal((await guess()).code, 401);
});

test("malformed sign-ins are refused, with what to send", async (context) => {
  const server = await openIdentityServer(context);
  for (const body of [{}, { token: 1 }, { token: "a", code: "b" }, [], { password: "x" }]) {
    const answer = await send(server, "POST", session, ours, body);
    assert.equal(answer.code, 400, JSON.stringify(body));
    assert.match(String(answer.body["message"]), /token/);
  }
});

test("an administrator makes a link for somebody else, who alone is signed in by it", async (context) => {
  const server = await openIdentityServer(context);
  await server.user("ada", { project: "member" });
  const admin = { Cookie: cookieIn(await signInByLink(server)), ...ours };
  const made = await send(server, "POST", `${users}/ada/sign-in-link`, admin, {});
  assert.equal(made.code, 200);
  const signedIn = await send(server, "POST", session, ours, { code: codeIn(String(made.body["url"])) });
  assert.deepEqual(signedIn.body["roles"], { projects: { alpha: "member" } });
  assert.ok((await server.objects.get(userKind, "", "ada"))?.status?.lastSignInAt);
  const refused = await send(
    server,
    "POST",
    `${users}/admin/sign-in-link`,
    { Cookie: cookieIn(signedIn), ...ours },
    {},
  );
  assert.equal(refused.code, 403);
});

test("an open watch ends when the token it was opened with is revoked", async (context) => {
  const server = await openIdentityServer(context);
  await server.user("ada", { cluster: "viewer" });
  const token = await server.token("ada");
  const watch = await fetch(`${server.address}${users}?watch=true`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  assert.equal(watch.status, 200);
  const object = (await server.objects.list(tokenKind)).find(({ spec }) => spec.subject.name === "ada")!;
  await server.objects.commit([{ type: "delete", kind: tokenKind, object }], { actor: "system:test" });
  const text = await watch.text();
  assert.match(text, /"type":"ERROR"/);
});
