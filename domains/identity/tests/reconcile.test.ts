import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnyKind, keyOfKind, type ObjectKey, type Reconciler } from "@yunhe/kernel";
import {
  clusterRoleBindingKind,
  projectKind,
  roleBindingKind,
  serviceAccountKind,
  tokenKind,
  userKind,
} from "../src/kinds/index.ts";
import { openWorld, serviceAccount, user, type World } from "./world.ts";

const reconcilerOf = (world: World, name: string): Reconciler =>
  world.identity.reconcilers.find((one) => one.name === `identity/${name}`)!;

async function lead(world: World): Promise<Parameters<Reconciler["reconcile"]>[1]> {
  const nowMs = world.environment.clock.nowMs();
  const lease = await world.store.acquireLease({ name: "leader", holder: "test", ttlMs: 60_000, nowMs });
  return { signal: new AbortController().signal, fence: { lease: "leader", epoch: lease!.epoch } };
}

/** Runs one reconciler on one key until it asks for nothing more; gives how often it ran. */
async function settle(world: World, name: string, key: ObjectKey): Promise<number> {
  const context = await lead(world);
  for (let runs = 1; runs < 20; runs += 1) {
    const again = await reconcilerOf(world, name).reconcile(key, context);
    if (again === undefined) return runs;
  }
  return Infinity;
}

const keyOf = (kind: AnyKind, name: string, namespace = ""): ObjectKey => ({
  kind: keyOfKind(kind),
  namespace,
  name,
});

async function remove(world: World, kind: AnyKind, name: string, namespace = ""): Promise<void> {
  const object = await world.objects.get(kind, namespace, name);
  await world.objects.commit([{ type: "delete", kind, object: object! }], { actor: "system:test" });
}

test("a deleted user's tokens and bindings go first, then the user, and nobody else's", async () => {
  const world = await openWorld();
  await world.user("ada");
  await world.user("bob");
  await world.bind(user("ada"), "member", "vision");
  await world.bind(user("ada"), "operator");
  await world.bind(user("bob"), "viewer", "vision");
  await world.token(user("ada"));
  const kept = await world.token(user("bob"));
  await remove(world, userKind, "ada");
  assert.ok(await world.objects.get(userKind, "", "ada"), "waits for its finalizer");
  await settle(world, "subject-cleanup", keyOf(userKind, "ada"));
  assert.equal(await world.objects.get(userKind, "", "ada"), undefined);
  assert.deepEqual(await world.objects.list(clusterRoleBindingKind), []);
  assert.deepEqual(
    (await world.objects.list(roleBindingKind)).map(({ metadata }) => metadata.name),
    ["bob-viewer"],
  );
  assert.deepEqual(
    (await world.objects.list(tokenKind)).map(({ metadata }) => metadata.name),
    [kept.principal.tokenName],
  );
});

test("a namesake of a deleted account inherits no role", async () => {
  const world = await openWorld();
  await world.user("ada");
  await world.bind(user("ada"), "admin");
  await remove(world, userKind, "ada");
  await settle(world, "subject-cleanup", keyOf(userKind, "ada"));
  const namesake = await world.user("ada");
  const roles = world.identity.roles(namesake);
  assert.ok(!("why" in roles) && roles.anywhere === 0);
});

test("looking at an account that lives, or at none, changes nothing", async () => {
  const world = await openWorld();
  await world.user("ada");
  const before = world.store.revision();
  await settle(world, "subject-cleanup", keyOf(userKind, "ada"));
  await settle(world, "subject-cleanup", keyOf(userKind, "nobody"));
  assert.equal(world.store.revision(), before);
});

test("sessions are removed when they expire, tokens thirty days later", async () => {
  const world = await openWorld();
  await world.user("ada");
  const api = await world.token(user("ada"), { ttlSeconds: 3600 });
  const session = await world.token(user("ada"), { type: "session", ttlSeconds: 3600 });
  const expiry = reconcilerOf(world, "token-expiry");
  const context = await lead(world);
  const look = (name: string) => expiry.reconcile(keyOf(tokenKind, name), context);
  assert.deepEqual(await look(session.principal.tokenName!), { afterMs: 3_600_000 });
  assert.deepEqual(await look(api.principal.tokenName!), { afterMs: 86_400_000 });
  world.advance(3_600_000);
  await look(session.principal.tokenName!);
  await look(api.principal.tokenName!);
  assert.deepEqual(
    (await world.objects.list(tokenKind)).map(({ metadata }) => metadata.name),
    [api.principal.tokenName],
  );
  world.advance(30 * 86_400_000);
  await look(api.principal.tokenName!);
  assert.deepEqual(await world.objects.list(tokenKind), []);
});

test("a deleted project takes everything in it along, waits for the finalizers in it, and leaves other projects alone", async () => {
  const world = await openWorld();
  await world.project("vision");
  await world.project("speech");
  for (const project of ["vision", "speech"]) {
    await world.serviceAccount(project, "ci");
    await world.bind(serviceAccount(project, "ci"), "member", project);
  }
  await remove(world, projectKind, "vision");
  const context = await lead(world);
  const project = keyOf(projectKind, "vision");
  const deletion = reconcilerOf(world, "project-deletion");
  assert.deepEqual(await deletion.reconcile(project, context), { afterMs: 500 });
  const status = (await world.objects.get(projectKind, "", "vision"))?.status;
  assert.equal(status?.phase, "Terminating");
  assert.equal(status?.remaining?.["serviceaccounts.identity.yunhe.dev"], 1);
  await settle(world, "subject-cleanup", keyOf(serviceAccountKind, "ci", "vision"));
  await settle(world, "project-deletion", project);
  assert.equal(await world.objects.get(projectKind, "", "vision"), undefined);
  assert.equal((await world.objects.list(serviceAccountKind)).length, 1);
  assert.equal((await world.objects.list(roleBindingKind)).length, 1);
});

test("a project that lives is Active, written once", async () => {
  const world = await openWorld();
  await world.project("vision");
  await settle(world, "project-deletion", keyOf(projectKind, "vision"));
  assert.deepEqual((await world.objects.get(projectKind, "", "vision"))?.status, { phase: "Active" });
  const before = world.store.revision();
  await settle(world, "project-deletion", keyOf(projectKind, "vision"));
  assert.equal(world.store.revision(), before);
});
