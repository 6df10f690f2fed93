import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { bootstrapIdentity, type Bootstrapped } from "../src/bootstrap.ts";
import { projectKind, tokenKind, userKind } from "../src/kinds/index.ts";
import { openWorld, user, type World } from "./world.ts";

async function folder(context: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "yunhe-bootstrap-"));
  context.after(() => rm(path, { recursive: true }));
  return path;
}

const start = ({ objects, identity, environment }: World, dataDirectory: string): Promise<Bootstrapped> =>
  bootstrapIdentity({ objects, directory: identity.directory, environment, dataDirectory });

const secretIn = async (path: string): Promise<string> => (await readFile(path, "utf8")).trim();

test("the first start makes an administrator whose token lies in a file that only its owner reads", async (context) => {
  const [world, data] = [await openWorld(), await folder(context)];
  const { created, admin, tokenFile } = await start(world, data);
  assert.ok(created);
  assert.equal(admin?.id, "user:admin");
  assert.equal((await stat(tokenFile)).mode & 0o777, 0o600);
  const found = world.identity.authenticate(await secretIn(tokenFile), "api");
  assert.ok(found.type === "known");
  const roles = world.identity.roles(found.principal);
  assert.ok(!("why" in roles) && roles.cluster === 4);
  assert.ok(await world.objects.get(projectKind, "", "default"));
  assert.deepEqual(await readdir(data), ["admin.token"]);
});

test("later starts change nothing", async (context) => {
  const [world, data] = [await openWorld(), await folder(context)];
  const { tokenFile } = await start(world, data);
  const [secret, revision] = [await secretIn(tokenFile), world.store.revision()];
  assert.equal((await start(world, data)).created, false);
  assert.equal(await secretIn(tokenFile), secret);
  assert.equal(world.store.revision(), revision);
});

test("a lost or damaged file is written anew and the token that was in it ends", async (context) => {
  const [world, data] = [await openWorld(), await folder(context)];
  const { tokenFile } = await start(world, data);
  const secret = await secretIn(tokenFile);
  for (const text of ["", "yh_damaged", undefined]) {
    if (text === undefined) await rm(tokenFile);
    else await writeFile(tokenFile, text);
    await start(world, data);
    assert.equal(world.identity.authenticate(await secretIn(tokenFile), "api").type, "known");
  }
  assert.equal(world.identity.authenticate(secret, "api").type, "refused");
  assert.equal((await world.objects.list(tokenKind)).length, 1);
});

test("a start that fails between store and file is made good by the next", async (context) => {
  const [world, data] = [await openWorld(), await folder(context)];
  const missing = join(data, "file");
  await writeFile(missing, "");
  await assert.rejects(start(world, join(missing, "inside")));
  const { tokenFile } = await start(world, data);
  assert.equal(world.identity.authenticate(await secretIn(tokenFile), "api").type, "known");
  assert.equal((await world.objects.list(tokenKind)).length, 1);
  assert.equal((await world.objects.list(userKind)).length, 1);
});

test("when nobody is left who can administer, the next start lets the owner of the data back in", async (context) => {
  const [world, data] = [await openWorld(), await folder(context)];
  await start(world, data);
  const admin = await world.objects.get(userKind, "", "admin");
  const object = { ...admin!, spec: { ...admin!.spec, disabled: true } };
  await world.objects.commit([{ type: "update", kind: userKind, object }], { actor: "system:test" });
  const { created, tokenFile } = await start(world, data);
  assert.ok(created);
  assert.equal(world.identity.authenticate(await secretIn(tokenFile), "api").type, "known");
});

test("user admin may be given up once somebody else administers", async (context) => {
  const [world, data] = [await openWorld(), await folder(context)];
  await start(world, data);
  await world.user("grace");
  await world.bind(user("grace"), "admin");
  const admin = await world.objects.get(userKind, "", "admin");
  const object = { ...admin!, spec: { ...admin!.spec, disabled: true } };
  await world.objects.commit([{ type: "update", kind: userKind, object }], { actor: "system:test" });
  const { created, admin: principal } = await start(world, data);
  assert.equal(created, false);
  assert.equal(principal, undefined);
});

test("a file that others could read is closed to them again", async (context) => {
  const [world, data] = [await openWorld(), await folder(context)];
  const { tokenFile } = await start(world, data);
  await chmod(tokenFile, 0o644);
  await start(world, data);
  assert.equal((await stat(tokenFile)).mode & 0o777, 0o600);
});
