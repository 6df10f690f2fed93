import assert from "node:assert/strict";
import { test } from "node:test";
import { type Api, type Caller, openApi, type Principal } from "@yunhe/kernel";
import { identityActions, type IssuedToken } from "../src/actions.ts";
import {
  clusterRoleBindingKind,
  identityKinds,
  projectKind,
  roleBindingKind,
  serviceAccountKind,
  type Token,
  tokenKind,
  userKind,
} from "../src/kinds/index.ts";
import { openWorld, serviceAccount, user, type World } from "./world.ts";

interface Trial {
  readonly world: World;
  readonly api: Api;
}

async function openTrial(): Promise<Trial> {
  const world = await openWorld();
  const { store, objects, environment, identity } = world;
  const actions = identityActions({ objects, environment, signInLink: async () => ({}) });
  const { authorizer } = identity;
  const api = openApi({
    store,
    kinds: identityKinds,
    authorizer,
    environment,
    actions,
    namespaceKind: projectKind,
  });
  return { world, api };
}

const as = (principal: Principal): Caller => ({ principal, requestId: "test" });
const account = (name: string) => ({ kind: userKind, namespace: "", name });
const refused = (reason: string) => (error: unknown) => (error as { reason?: string }).reason === reason;

test("a user issues a token for themselves and it works", async () => {
  const { world, api } = await openTrial();
  const ada = await world.user("ada");
  const issued = (await api.act(as(ada), account("ada"), "issue-token", {
    description: "laptop",
  })) as IssuedToken;
  const found = world.identity.authenticate(issued.token, "api");
  assert.ok(found.type === "known" && found.principal.id === "user:ada");
  assert.equal(issued.object.spec.expiresAt, "2027-02-19T10:00:00.000Z");
  assert.equal(issued.object.status?.prefix, issued.token.slice(0, 8));
});

test("the secret is nowhere but in the answer: not in the log of revisions, not in the audit log", async () => {
  const { world, api } = await openTrial();
  const ada = await world.user("ada");
  const { token } = (await api.act(
    as(ada),
    account("ada"),
    "issue-token",
    {},
    { idempotencyKey: "k1" },
  )) as IssuedToken;
  await api.act(as(ada), account("ada"), "issue-token", {}, { idempotencyKey: "k1" }).catch(() => {});
  world.identity.authenticate(token, "api");
  const everything = JSON.stringify([
    await world.store.changes(0, 10_000),
    await world.store.audit({ limit: 10_000 }),
  ]);
  assert.ok(everything.includes(token.slice(0, 8)), "the prefix is kept");
  assert.ok(!everything.includes(token.slice(3, 20)), "the secret is not");
});

test("repeating an issue under one idempotency key makes one token and says that its secret is gone", async () => {
  const { world, api } = await openTrial();
  const ada = await world.user("ada");
  const issue = () => api.act(as(ada), account("ada"), "issue-token", {}, { idempotencyKey: "k" });
  await issue();
  await assert.rejects(issue, refused("Conflict"));
  assert.equal((await world.objects.list(tokenKind)).length, 1);
});

test("wrong wishes are refused with the field named, and make no token", async () => {
  const { world, api } = await openTrial();
  const ada = await world.user("ada");
  for (const input of [
    { ttlSeconds: 1 },
    { ttlSeconds: 60, expiresAt: "2030-01-01T00:00:00Z" },
    { expiresAt: "2020-01-01T00:00:00Z" },
    { expiresAt: "tomorrow" },
    { scopes: { role: "root" } },
    { forever: true },
  ])
    await assert.rejects(
      () => api.act(as(ada), account("ada"), "issue-token", input),
      refused("Invalid"),
      JSON.stringify(input),
    );
  assert.deepEqual(await world.objects.list(tokenKind), []);
});

test("tokens cannot be written by hand, not even by an administrator", async () => {
  const { world, api } = await openTrial();
  const root = await world.user("root");
  await world.bind(user("root"), "admin");
  const body = { ...tokenKind.example };
  await assert.rejects(
    () => api.create(as(root), { kind: tokenKind, namespace: "" }, body),
    refused("Forbidden"),
  );
});

test("revoking is final and repeatable", async () => {
  const { world, api } = await openTrial();
  const ada = await world.user("ada");
  const { secret, principal } = await world.token(user("ada"));
  const target = { kind: tokenKind, namespace: "", name: principal.tokenName! };
  const first = (await api.act(as(ada), target, "revoke", {})) as Token;
  assert.equal(first.status?.revoked, true);
  assert.equal(world.identity.authenticate(secret, "api").type, "refused");
  assert.deepEqual(await api.act(as(ada), target, "revoke", {}), first);
});

test("a project's admin issues tokens of its service accounts, a member does not", async () => {
  const { world, api } = await openTrial();
  await world.project("vision");
  const [ada, bob] = [await world.user("ada"), await world.user("bob")];
  await world.bind(user("ada"), "admin", "vision");
  await world.bind(user("bob"), "member", "vision");
  await api.create(
    as(ada),
    { kind: serviceAccountKind, namespace: "vision" },
    { ...serviceAccountKind.example },
  );
  const target = { kind: serviceAccountKind, namespace: "vision", name: "ci" };
  const { token } = (await api.act(as(ada), target, "issue-token", {})) as IssuedToken;
  const found = world.identity.authenticate(token, "api");
  assert.ok(found.type === "known" && found.principal.id === "serviceaccount:vision/ci");
  await assert.rejects(() => api.act(as(bob), target, "issue-token", {}), refused("Forbidden"));
});

test("lists through the API show what is one's own", async () => {
  const { world, api } = await openTrial();
  await world.project("vision");
  await world.project("speech");
  const ada = await world.user("ada");
  await world.user("bob");
  await world.bind(user("ada"), "viewer", "vision");
  const mine = await world.token(user("ada"));
  await world.token(user("bob"));
  const names = async (kind: (typeof identityKinds)[number]): Promise<string[]> =>
    (await api.list(as(ada), { kind, namespace: "" })).items.map(({ key }) => key.name);
  assert.deepEqual(await names(projectKind), ["vision"]);
  assert.deepEqual(await names(tokenKind), [mine.principal.tokenName]);
  assert.deepEqual(await names(roleBindingKind), ["ada-viewer"]);
  await assert.rejects(() => names(clusterRoleBindingKind), refused("Forbidden"));
});

test("wrong subjects in bindings are refused with the field named", async () => {
  const { world, api } = await openTrial();
  await world.project("vision");
  const root = await world.user("root");
  await world.bind(user("root"), "admin");
  const bind = (subject: object) =>
    api.create(
      as(root),
      { kind: roleBindingKind, namespace: "vision" },
      {
        ...roleBindingKind.example,
        spec: { subject, role: "member" },
      },
    );
  await assert.rejects(() => bind({ kind: "ServiceAccount", name: "ci" }), /spec\.subject\.project/);
  await assert.rejects(
    () => bind({ kind: "User", name: "ada", project: "vision" }),
    /spec\.subject\.project/,
  );
  await bind(serviceAccount("vision", "ci"));
});

test("every example is accepted, and a project's name must be a DNS label", async () => {
  const { world, api } = await openTrial();
  const root = await world.user("root");
  await world.bind(user("root"), "admin");
  for (const kind of identityKinds.filter(({ readOnly }) => !readOnly)) {
    const namespace = kind.scope === "Namespaced" ? "vision" : "";
    await api.create(as(root), { kind, namespace }, { ...kind.example });
  }
  const body = { ...projectKind.example, metadata: { name: "a.b" } };
  await assert.rejects(
    () => api.create(as(root), { kind: projectKind, namespace: "" }, body),
    refused("Invalid"),
  );
});
