import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AccessRequest,
  defineKind,
  keyOfKind,
  kindKey,
  type Principal,
  systemPrincipal,
  words,
} from "@yunhe/kernel";
import { z } from "zod";
import {
  clusterRoleBindingKind,
  identityKinds,
  projectKind,
  roleBindingKind,
  serviceAccountKind,
  tokenKind,
  userKind,
} from "../src/kinds/index.ts";
import { openWorld, serviceAccount, user, type World } from "./world.ts";

const made = (kind: string, plural: string, scope: "Namespaced" | "Cluster") =>
  defineKind({
    group: "trial.yunhe.dev",
    kind,
    plural,
    scope,
    words: words(kind, kind),
    description: words(kind, kind),
    fields: { spec: z.strictObject({}) },
    actions: {
      stop: {
        words: words("Stop", "停止"),
        description: words("Stops.", "停止。"),
        input: z.strictObject({}),
      },
    },
    example: {},
  });
const jobKind = made("Job", "jobs", "Namespaced");
const siteKind = made("Site", "sites", "Cluster");
const kinds = [...identityKinds, jobKind, siteKind];

type Ask = Omit<Partial<AccessRequest>, "kind"> & Pick<AccessRequest, "verb" | "kind">;

const may = (world: World, principal: Principal, ask: Ask): boolean =>
  world.identity.authorizer.decide({ namespace: "", ...ask, principal }).allowed;

const jobs = keyOfKind(jobKind);
const sites = keyOfKind(siteKind);
const tokens = keyOfKind(tokenKind);
const users = keyOfKind(userKind);
const accounts = keyOfKind(serviceAccountKind);

test("who has no role may do nothing but look after their own account and tokens", async () => {
  const world = await openWorld(kinds);
  const ada = await world.user("ada");
  await world.user("bob");
  const mine = await world.token(user("ada"));
  const theirs = await world.token(user("bob"));
  assert.ok(may(world, ada, { verb: "get", kind: users, name: "ada" }));
  assert.ok(may(world, ada, { verb: "act", kind: users, name: "ada", subresource: "issue-token" }));
  assert.ok(may(world, ada, { verb: "delete", kind: tokens, name: mine.principal.tokenName! }));
  assert.ok(
    may(world, ada, { verb: "act", kind: tokens, name: mine.principal.tokenName!, subresource: "revoke" }),
  );
  for (const ask of [
    { verb: "get", kind: users, name: "bob" },
    { verb: "act", kind: users, name: "bob", subresource: "issue-token" },
    { verb: "act", kind: users, name: "bob", subresource: "sign-in-link" },
    { verb: "update", kind: users, name: "ada" },
    { verb: "get", kind: tokens, name: theirs.principal.tokenName! },
    { verb: "delete", kind: tokens, name: theirs.principal.tokenName! },
    { verb: "list", kind: tokens },
    { verb: "deletecollection", kind: tokens },
    { verb: "list", kind: sites },
    { verb: "list", kind: jobs, namespace: "vision" },
  ] as const)
    assert.ok(!may(world, ada, ask), JSON.stringify(ask));
});

test("a role counts in its project alone, a cluster-wide one everywhere", async () => {
  const world = await openWorld(kinds);
  const ada = await world.user("ada");
  const grace = await world.user("grace");
  await world.bind(user("ada"), "member", "vision");
  await world.bind(user("grace"), "operator");
  assert.ok(may(world, ada, { verb: "create", kind: jobs, namespace: "vision" }));
  assert.ok(
    may(world, ada, { verb: "act", kind: jobs, namespace: "vision", name: "j", subresource: "stop" }),
  );
  assert.ok(may(world, ada, { verb: "list", kind: sites }));
  assert.ok(!may(world, ada, { verb: "get", kind: jobs, namespace: "speech", name: "j" }));
  assert.ok(!may(world, ada, { verb: "list", kind: jobs }));
  assert.ok(!may(world, ada, { verb: "update", kind: sites, name: "s" }));
  assert.ok(may(world, grace, { verb: "list", kind: jobs }));
  assert.ok(may(world, grace, { verb: "update", kind: sites, name: "s" }));
  assert.ok(!may(world, grace, { verb: "list", kind: tokens }));
  assert.ok(!may(world, grace, { verb: "create", kind: keyOfKind(roleBindingKind), namespace: "vision" }));
});

test("nobody may do what does not exist", async () => {
  const world = await openWorld(kinds);
  const root = await world.user("root");
  await world.bind(user("root"), "admin");
  assert.ok(!may(world, root, { verb: "get", kind: kindKey("trial.yunhe.dev", "nothings"), name: "n" }));
  assert.ok(
    !may(world, root, { verb: "act", kind: jobs, namespace: "vision", name: "j", subresource: "explode" }),
  );
  assert.ok(
    may(world, root, { verb: "act", kind: jobs, namespace: "vision", name: "j", subresource: "stop" }),
  );
});

test("the control plane itself may do everything", async () => {
  const world = await openWorld(kinds);
  assert.ok(may(world, systemPrincipal("reconciler/x"), { verb: "delete", kind: tokens, name: "t" }));
});

test("roles given and taken hold from their commit on", async () => {
  const world = await openWorld(kinds);
  const ada = await world.user("ada");
  const ask: Ask = { verb: "create", kind: jobs, namespace: "vision" };
  assert.ok(!may(world, ada, ask));
  await world.bind(user("ada"), "member", "vision");
  assert.ok(may(world, ada, ask));
  const binding = await world.objects.get(roleBindingKind, "vision", "ada-member");
  const weaker = { ...binding!, spec: { ...binding!.spec, role: "viewer" as const } };
  const [stored] = await world.objects.commit([{ type: "update", kind: roleBindingKind, object: weaker }], {
    actor: "system:test",
  });
  assert.ok(!may(world, ada, ask));
  assert.ok(may(world, ada, { verb: "get", kind: jobs, namespace: "vision", name: "j" }));
  await world.objects.commit([{ type: "delete", kind: roleBindingKind, object: stored! }], {
    actor: "system:test",
  });
  assert.ok(!may(world, ada, { verb: "get", kind: jobs, namespace: "vision", name: "j" }));
});

test("several bindings give the strongest role, and losing one leaves the other", async () => {
  const world = await openWorld(kinds);
  const ada = await world.user("ada");
  await world.bind(user("ada"), "viewer");
  await world.bind(user("ada"), "admin", "vision");
  const ask: Ask = { verb: "create", kind: keyOfKind(roleBindingKind), namespace: "vision" };
  assert.ok(may(world, ada, ask));
  const binding = await world.objects.get(roleBindingKind, "vision", "ada-admin");
  await world.objects.commit([{ type: "delete", kind: roleBindingKind, object: binding! }], {
    actor: "system:test",
  });
  assert.ok(!may(world, ada, ask));
  assert.ok(may(world, ada, { verb: "list", kind: jobs }));
});

test("a disabled account may do nothing, at once", async () => {
  const world = await openWorld(kinds);
  const ada = await world.user("ada");
  await world.bind(user("ada"), "admin");
  const found = await world.objects.get(userKind, "", "ada");
  const object = { ...found!, spec: { ...found!.spec, disabled: true } };
  await world.objects.commit([{ type: "update", kind: userKind, object }], { actor: "system:test" });
  const decision = world.identity.authorizer.decide({
    principal: ada,
    verb: "list",
    kind: jobs,
    namespace: "",
  });
  assert.ok(!decision.allowed && decision.why.en.includes("disabled") && decision.why.zh.includes("停用"));
});

test("a refusal names the role that is missing, in both languages", async () => {
  const world = await openWorld(kinds);
  const ada = await world.user("ada");
  await world.bind(user("ada"), "viewer", "vision");
  const decision = world.identity.authorizer.decide({
    principal: ada,
    verb: "create",
    kind: jobs,
    namespace: "vision",
  });
  assert.ok(!decision.allowed);
  assert.match(decision.why.en, /role member there, you have viewer/);
  assert.match(decision.why.zh, /成员.*只读者/);
});

test("a list over everything is narrowed to one's own", async () => {
  const world = await openWorld(kinds);
  await world.project("vision");
  await world.project("speech");
  const ada = await world.user("ada");
  await world.user("bob");
  await world.bind(user("ada"), "viewer", "vision");
  const mine = await world.token(user("ada"));
  const theirs = await world.token(user("bob"));
  const sees = async (kind: (typeof kinds)[number]): Promise<string[] | undefined> => {
    const request = { principal: ada, verb: "list", kind: keyOfKind(kind), namespace: "" } as const;
    assert.ok(!world.identity.authorizer.decide(request).allowed);
    const visible = world.identity.authorizer.narrow(request);
    return visible && (await world.objects.list(kind)).filter(visible).map(({ metadata }) => metadata.name);
  };
  assert.deepEqual(await sees(projectKind), ["vision"]);
  assert.deepEqual(await sees(userKind), ["ada"]);
  assert.deepEqual(await sees(tokenKind), [mine.principal.tokenName]);
  assert.deepEqual(await sees(roleBindingKind), ["ada-viewer"]);
  assert.equal(await sees(clusterRoleBindingKind), undefined);
  const listed = world.identity.authorizer.narrow({
    principal: ada,
    verb: "watch",
    kind: tokens,
    namespace: "",
  })!;
  const [other] = (await world.objects.list(tokenKind)).filter(
    ({ metadata }) => metadata.name === theirs.principal.tokenName,
  );
  assert.ok(!listed(other!));
});

test("one's own token stays visible when it is deleted, so that a watch can tell", async () => {
  const world = await openWorld(kinds);
  const ada = await world.user("ada");
  await world.token(user("ada"));
  const visible = world.identity.authorizer.narrow({
    principal: ada,
    verb: "watch",
    kind: tokens,
    namespace: "",
  })!;
  const [object] = await world.objects.list(tokenKind);
  await world.objects.commit([{ type: "delete", kind: tokenKind, object: object! }], {
    actor: "system:test",
  });
  assert.ok(visible(object!));
});

test("a token with scopes is weaker than its subject, by role and by project", async () => {
  const world = await openWorld(kinds);
  await world.user("ada");
  await world.bind(user("ada"), "admin");
  const reader = await world.token(user("ada"), { scopes: { role: "viewer" } });
  assert.ok(may(world, reader.principal, { verb: "list", kind: jobs }));
  assert.ok(!may(world, reader.principal, { verb: "create", kind: jobs, namespace: "vision" }));
  const local = await world.token(user("ada"), { scopes: { projects: ["vision"] } });
  assert.ok(may(world, local.principal, { verb: "create", kind: jobs, namespace: "vision" }));
  assert.ok(may(world, local.principal, { verb: "list", kind: sites }));
  assert.ok(!may(world, local.principal, { verb: "create", kind: jobs, namespace: "speech" }));
  assert.ok(!may(world, local.principal, { verb: "create", kind: sites }));
});

test("a token with scopes cannot make a stronger one, nor change access", async () => {
  const world = await openWorld(kinds);
  await world.user("ada");
  await world.bind(user("ada"), "admin");
  const { principal } = await world.token(user("ada"), { scopes: { role: "admin" } });
  for (const ask of [
    { verb: "act", kind: users, name: "ada", subresource: "issue-token" },
    { verb: "act", kind: users, name: "ada", subresource: "sign-in-link" },
    { verb: "create", kind: keyOfKind(clusterRoleBindingKind) },
    { verb: "patch", kind: users, name: "ada" },
    { verb: "create", kind: projectKey },
    { verb: "act", kind: tokens, name: principal.tokenName!, subresource: "revoke" },
  ] as const)
    assert.ok(!may(world, principal, ask), JSON.stringify(ask));
});
const projectKey = keyOfKind(projectKind);

test("a project's admin cannot borrow the stronger role of a service account in it", async () => {
  const world = await openWorld(kinds);
  const ada = await world.user("ada");
  const root = await world.user("root");
  await world.bind(user("ada"), "admin", "vision");
  await world.bind(user("root"), "admin");
  await world.serviceAccount("vision", "ci");
  const ask: Ask = {
    verb: "act",
    kind: accounts,
    namespace: "vision",
    name: "ci",
    subresource: "issue-token",
  };
  assert.ok(may(world, ada, ask));
  await world.bind(serviceAccount("vision", "ci"), "operator");
  const refused = world.identity.authorizer.decide({ namespace: "", ...ask, principal: ada });
  assert.ok(!refused.allowed && refused.why.en.includes("role that you do not hold"));
  assert.ok(may(world, root, ask));
});

test("a project's admin cannot reach beyond the project", async () => {
  const world = await openWorld(kinds);
  const ada = await world.user("ada");
  await world.user("root");
  await world.bind(user("ada"), "admin", "vision");
  await world.bind(user("root"), "admin");
  const strong = await world.token(user("root"));
  for (const ask of [
    { verb: "create", kind: keyOfKind(roleBindingKind), namespace: "speech" },
    { verb: "create", kind: keyOfKind(clusterRoleBindingKind) },
    { verb: "create", kind: users },
    { verb: "create", kind: projectKey, name: "vision2" },
    { verb: "delete", kind: projectKey, name: "vision" },
    { verb: "patch", kind: projectKey, name: "speech" },
    { verb: "act", kind: users, name: "root", subresource: "issue-token" },
    { verb: "get", kind: tokens, name: strong.principal.tokenName! },
    { verb: "update", kind: jobs, namespace: "vision", name: "j", subresource: "status" },
  ] as const)
    assert.ok(!may(world, ada, ask), JSON.stringify(ask));
  assert.ok(may(world, ada, { verb: "patch", kind: projectKey, name: "vision" }));
});
