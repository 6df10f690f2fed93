import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openApi, openObjects, openSqliteStore, type Principal, systemEnvironment } from "@yunhe/kernel";
import { identityActions, type IssuedToken } from "../src/actions.ts";
import { bootstrapIdentity } from "../src/bootstrap.ts";
import { identityBarrierKinds, openIdentity } from "../src/identity.ts";
import { identityKinds, projectKind, userKind } from "../src/kinds/index.ts";

test("no byte of the database, its log or any other file but admin.token holds a secret", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "yunhe-secrecy-"));
  context.after(() => rm(folder, { recursive: true }));
  const environment = systemEnvironment();
  const store = await openSqliteStore({ path: join(folder, "yunhe.db"), barrierKinds: identityBarrierKinds });
  const objects = openObjects(store, identityKinds, environment);
  const identity = await openIdentity({ store, objects, kinds: identityKinds, environment });
  const { tokenFile } = await bootstrapIdentity({
    objects,
    directory: identity.directory,
    environment,
    dataDirectory: folder,
  });
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
  const ours = (await readFile(tokenFile, "utf8")).trim();
  const found = identity.authenticate(ours, "api");
  assert.ok(found.type === "known");
  const principal: Principal = found.principal;
  const target = { kind: userKind, namespace: "", name: "admin" };
  const caller = { principal, requestId: "r1" };
  const { token } = (await api.act(
    caller,
    target,
    "issue-token",
    {},
    { idempotencyKey: "k" },
  )) as IssuedToken;

  const scan = async (): Promise<void> => {
    const names = (await readdir(folder)).filter((name) => name !== "admin.token");
    const bytes = Buffer.concat(await Promise.all(names.map((name) => readFile(join(folder, name)))));
    assert.ok(
      bytes.includes(token.slice(0, 8)),
      "what may be kept is there: the scan looks at the right bytes",
    );
    for (const secret of [ours, token]) assert.ok(!bytes.includes(secret.slice(3, 25)));
  };
  await scan();
  api.close();
  identity.stop();
  await store.close();
  await scan();
});
