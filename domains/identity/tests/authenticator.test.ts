import assert from "node:assert/strict";
import { test } from "node:test";
import type { Authentication } from "../src/authenticator.ts";
import { tokenKind, userKind } from "../src/kinds/index.ts";
import { newSecret } from "../src/secret.ts";
import { openWorld, serviceAccount, user } from "./world.ts";

const who = (found: Authentication): string => (found.type === "known" ? found.principal.id : found.why.en);

test("a token is known from its commit on, under its subject's name", async () => {
  const world = await openWorld();
  await world.user("ada");
  await world.serviceAccount("vision", "ci");
  const { secret } = await world.token(user("ada"));
  const robot = await world.token(serviceAccount("vision", "ci"));
  assert.equal(who(world.identity.authenticate(secret, "api")), "user:ada");
  assert.equal(who(world.identity.authenticate(robot.secret, "api")), "serviceaccount:vision/ci");
});

test("what was never issued counts as a guess; what we issued is told why it is refused", async () => {
  const world = await openWorld();
  await world.user("ada");
  const { secret } = await world.token(user("ada"), { ttlSeconds: 60 });
  for (const guess of ["", "letmein", newSecret("api"), `${secret}x`]) {
    const found = world.identity.authenticate(guess, "api");
    assert.ok(found.type === "refused" && found.guess, guess);
  }
  world.advance(60_000);
  const found = world.identity.authenticate(secret, "api");
  assert.ok(found.type === "refused" && !found.guess && found.why.en.includes("expired"));
});

test("a revoked or deleted token is unknown to the very next request", async () => {
  const world = await openWorld();
  await world.user("ada");
  const first = await world.token(user("ada"));
  const second = await world.token(user("ada"));
  const revoked = await world.objects.get(tokenKind, "", first.principal.tokenName!);
  const object = { ...revoked!, status: { ...revoked!.status!, revoked: true } };
  await world.objects.commit([{ type: "update", kind: tokenKind, object, subresource: "status" }], {
    actor: "system:test",
  });
  assert.match(who(world.identity.authenticate(first.secret, "api")), /revoked/);
  const decision = world.identity.authorizer.decide({
    principal: first.principal,
    verb: "get",
    kind: "users.identity.yunhe.dev" as never,
    namespace: "",
    name: "ada",
  });
  assert.ok(!decision.allowed, "requests under way stop too");
  const deleted = await world.objects.get(tokenKind, "", second.principal.tokenName!);
  await world.objects.commit([{ type: "delete", kind: tokenKind, object: deleted! }], {
    actor: "system:test",
  });
  assert.match(who(world.identity.authenticate(second.secret, "api")), /not known/);
});

test("a session is no bearer token and a bearer token no session", async () => {
  const world = await openWorld();
  await world.user("ada");
  const api = await world.token(user("ada"));
  const session = await world.token(user("ada"), { type: "session" });
  assert.equal(who(world.identity.authenticate(session.secret, "session")), "user:ada");
  assert.equal(world.identity.authenticate(session.secret, "api").type, "refused");
  assert.equal(world.identity.authenticate(api.secret, "session").type, "refused");
});

test("a session ends with the token that it was exchanged for", async () => {
  const world = await openWorld();
  await world.user("ada");
  const parent = await world.token(user("ada"), { ttlSeconds: 3600 });
  const session = await world.token(user("ada"), { type: "session", parent: parent.principal.tokenName! });
  assert.equal(who(world.identity.authenticate(session.secret, "session")), "user:ada");
  world.advance(3_600_000);
  assert.match(who(world.identity.authenticate(session.secret, "session")), /expired/);
});

test("a namesake made later cannot use the tokens of the one before", async () => {
  const world = await openWorld();
  await world.user("ada");
  const { secret } = await world.token(user("ada"));
  const bare = { ...(await world.objects.get(userKind, "", "ada"))! };
  const object = { ...bare, metadata: { ...bare.metadata, finalizers: [] } };
  const [released] = await world.objects.commit([{ type: "update", kind: userKind, object }], {
    actor: "system:test",
  });
  await world.objects.commit([{ type: "delete", kind: userKind, object: released! }], {
    actor: "system:test",
  });
  await world.user("ada");
  assert.match(who(world.identity.authenticate(secret, "api")), /does not exist/);
});

test("the last use is written down once an hour", async () => {
  const world = await openWorld();
  await world.user("ada");
  const { secret, principal } = await world.token(user("ada"));
  const settle = async (): Promise<string | undefined> => {
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    return (await world.objects.get(tokenKind, "", principal.tokenName!))?.status?.lastUsedAt;
  };
  world.advance(20 * 60_000);
  for (let use = 0; use < 5; use += 1) world.identity.authenticate(secret, "api");
  assert.equal(await settle(), "2026-11-21T10:00:00.000Z");
  const before = world.store.revision();
  world.identity.authenticate(secret, "api");
  await settle();
  assert.equal(world.store.revision(), before);
  world.advance(60 * 60_000);
  world.identity.authenticate(secret, "api");
  assert.equal(await settle(), "2026-11-21T11:00:00.000Z");
});
