import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { computeActions } from "@yunhe/domain-compute";
import { evaluationActions } from "@yunhe/domain-evaluation";
import {
  bootstrapIdentity,
  clusterRoleBindingKind,
  identityBarrierKinds,
  type Identity,
  newToken,
  openIdentity,
  projectKind,
  type Role,
  roleBindingKind,
  type TokenRequest,
  tokenKind,
  userKind,
} from "@yunhe/domain-identity";
import {
  type AnyKind,
  type Environment,
  type NewObject,
  type Objects,
  openApi,
  openMemoryStore,
  openObjects,
  type Store,
  systemEnvironment,
} from "@yunhe/kernel";
import { allKinds } from "../src/control-plane.ts";
import { blobContents } from "../src/evaluation/contents.ts";
import { FileBlobStore } from "../src/files/blob-store.ts";
import { createHttpServer, type HttpServer } from "../src/http/index.ts";
import { openSignIn, type SignIn, SignInLinks } from "../src/identity/index.ts";
import { auditRoutes } from "../src/routes/audit.ts";
import { blobRoutes } from "../src/routes/blobs.ts";
import { healthRoutes } from "../src/routes/health.ts";
import { historyRoutes } from "../src/routes/history.ts";
import { kindRoutes } from "../src/routes/kinds.ts";

/** Everything that answers HTTP, over a store in memory and without the loops: what identity needs, quick to start. */
export interface IdentityServer {
  readonly address: string;
  readonly store: Store;
  readonly objects: Objects;
  readonly identity: Identity;
  readonly http: HttpServer;
  readonly signIn: SignIn;
  /** The clock that the server reads; a test moves it. */
  advance(ms: number): void;
  create(kind: AnyKind, object: NewObject): Promise<void>;
  user(name: string, roles?: { readonly cluster?: Role; readonly project?: Role }): Promise<void>;
  token(name: string, options?: Partial<TokenRequest>): Promise<string>;
}

export async function openIdentityServer(context: TestContext): Promise<IdentityServer> {
  const folder = await mkdtemp(join(tmpdir(), "yunhe-identity-"));
  let aheadMs = 0;
  const real = systemEnvironment();
  const clock = { ...real.clock, nowMs: () => real.clock.nowMs() + aheadMs };
  const environment: Environment = { ...real, clock };
  const store = openMemoryStore({ barrierKinds: identityBarrierKinds });
  const objects = openObjects(store, allKinds, environment);
  const identity = await openIdentity({ store, objects, kinds: allKinds, environment });
  let address = "";
  const links = new SignInLinks({ environment, consoleAddress: () => address });
  const blobs = new FileBlobStore(join(folder, "blobs"));
  const api = openApi({
    store,
    kinds: allKinds,
    authorizer: identity.authorizer,
    environment,
    actions: { ...links.actions(objects), ...computeActions, ...evaluationActions(blobContents(blobs)) },
    namespaceKind: projectKind,
  });
  const signIn = openSignIn({ store, objects, identity, environment, links, version: "0.0.0-test" });
  const door = { authenticate: signIn.authenticate, authorizer: identity.authorizer };
  const http = createHttpServer({
    api,
    authenticate: signIn.authenticate,
    version: { version: "0.0.0-test" },
    routes: [
      signIn.routes,
      healthRoutes(() => true),
      kindRoutes(door, allKinds),
      auditRoutes(door, store),
      blobRoutes(door, blobs),
      historyRoutes(door, objects),
    ],
  });
  const { port } = await http.listen(0);
  address = `http://127.0.0.1:${port}`;
  context.after(async () => {
    await http.close(0);
    identity.stop();
    await rm(folder, { recursive: true });
  });
  await bootstrapIdentity({ objects, directory: identity.directory, environment, dataDirectory: folder });
  return {
    address,
    store,
    objects,
    identity,
    http,
    signIn,
    advance: (ms) => void (aheadMs += ms),
    ...people({ objects, identity, environment }),
  };
}

/** Makes people and tokens as an administrator would, without asking. */
export function people(parts: {
  readonly objects: Objects;
  readonly identity: Identity;
  readonly environment: Environment;
}): Pick<IdentityServer, "create" | "user" | "token"> {
  const { objects, identity, environment } = parts;
  const create = async (kind: AnyKind, object: NewObject): Promise<void> => {
    await objects.commit([{ type: "create", kind, object }], { actor: "system:test" });
  };
  return {
    create,
    async user(name, { cluster, project } = {}) {
      const subject = { kind: "User", name };
      await create(userKind, { metadata: { name }, spec: {} });
      if (cluster !== undefined)
        await create(clusterRoleBindingKind, { metadata: { name }, spec: { subject, role: cluster } });
      if (project !== undefined)
        await create(roleBindingKind, {
          metadata: { name, namespace: "alpha" },
          spec: { subject, role: project },
        });
    },
    async token(name, options = {}) {
      const subject = { kind: "User" as const, name };
      const { uid } = identity.directory.account(`user:${name}`)!;
      const made = newToken({ type: "api", subject, subjectUid: uid, ...options }, environment);
      await create(tokenKind, made.object);
      return made.secret;
    },
  };
}
