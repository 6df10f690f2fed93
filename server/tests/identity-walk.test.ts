import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  type Class,
  classOf,
  permissions,
  projectKind,
  rankOf,
  type Role,
  roles,
  tokenKind,
  userKind,
} from "@yunhe/domain-identity";
import { type AnyKind, apiVersionOf, systemEnvironment, type Verb } from "@yunhe/kernel";
import { allKinds } from "../src/control-plane.ts";
import type { HttpServer } from "../src/http/index.ts";
import { startServer } from "../src/start.ts";
import { type IdentityServer, openIdentityServer, people } from "./identity-server.ts";

/**
 * Every route × verb × role over HTTP, compared with the role table. Two projects: personas hold their project role in
 * "alpha" and none in "beta". Writes are dry runs and actions get a body that no schema takes, so that a request that
 * is let in changes nothing.
 */
type Walked = Pick<IdentityServer, "address" | "store" | "create" | "user" | "token"> & {
  readonly http: HttpServer;
};

interface Persona {
  readonly name: string;
  readonly cluster?: Role;
  readonly project?: Role;
  /** Uses a token that is limited to this role. */
  readonly scope?: Role;
}

const personas: readonly Persona[] = [
  { name: "nobody" },
  ...roles.map((role) => ({ name: `project-${role}`, project: role })),
  ...roles.map((role) => ({ name: `cluster-${role}`, cluster: role })),
  { name: "scoped-admin", cluster: "admin", scope: "admin" },
  { name: "scoped-member", cluster: "admin", scope: "member" },
];

interface Step {
  readonly method: string;
  readonly path: string;
  readonly kind: AnyKind;
  readonly verb: Verb;
  readonly project: string;
  readonly action?: string;
  readonly status?: boolean;
  /** A list or watch of everything, which may be narrowed. */
  readonly all?: boolean;
}

const projects = ["alpha", "beta"];
const objectName = (kind: AnyKind, project: string): string => (kind === projectKind ? project : "walked");

/** Where a kind is served; projects also as the namespaces that Kubernetes clients know. */
const placesOf = (kind: AnyKind): string[] => [
  `/apis/${kind.group}/${kind.version}/${kind.plural}`,
  ...(kind === projectKind ? ["/api/v1/namespaces"] : []),
];

function stepsOf(kind: AnyKind): Step[] {
  return placesOf(kind).flatMap((everywhere) => {
    const [list, watch, ...changes] = collectionSteps(kind, everywhere, "");
    const reading = [list!, watch!].map((step) => ({ ...step, all: true }));
    if (kind === projectKind) {
      const each = projects.flatMap((project) => objectSteps(kind, `${everywhere}/${project}`, project));
      return [...reading, ...changes, ...each];
    }
    if (kind.scope === "Cluster")
      return [...reading, ...changes, ...objectSteps(kind, `${everywhere}/walked`, "")];
    const inside = projects.flatMap((project) => {
      const collection = `/apis/${kind.group}/${kind.version}/namespaces/${project}/${kind.plural}`;
      return [
        ...collectionSteps(kind, collection, project),
        ...objectSteps(kind, `${collection}/walked`, project),
      ];
    });
    return [...reading, ...inside];
  });
}

const collectionSteps = (kind: AnyKind, path: string, project: string): Step[] => [
  { method: "GET", path, kind, verb: "list", project },
  { method: "GET", path: `${path}?watch=true&timeoutSeconds=0`, kind, verb: "watch", project },
  { method: "POST", path: `${path}?dryRun=All`, kind, verb: "create", project },
  { method: "DELETE", path: `${path}?dryRun=All`, kind, verb: "deletecollection", project },
];

const objectSteps = (kind: AnyKind, path: string, project: string): Step[] => [
  { method: "GET", path, kind, verb: "get", project },
  { method: "PUT", path: `${path}?dryRun=All`, kind, verb: "update", project },
  { method: "PATCH", path: `${path}?dryRun=All`, kind, verb: "patch", project },
  { method: "DELETE", path: `${path}?dryRun=All`, kind, verb: "delete", project },
  ...(Object.hasOwn(kind.fields, "status")
    ? ([
        { method: "GET", path: `${path}/status`, kind, verb: "get", project, status: true },
        { method: "PUT", path: `${path}/status?dryRun=All`, kind, verb: "update", project, status: true },
        { method: "PATCH", path: `${path}/status?dryRun=All`, kind, verb: "patch", project, status: true },
      ] as const)
    : []),
  ...Object.keys(kind.actions).map((action): Step => ({
    method: "POST",
    path: `${path}/${action}`,
    kind,
    verb: "act",
    project,
    action,
  })),
];

const guarded: readonly Class[] = ["project", "access", "account", "token"];

/** The table, read here without Cedar and without the authorizer. */
function isPermitted(persona: Persona, step: Step): boolean {
  const of = classOf(step.kind);
  const changes = !["get", "list", "watch"].includes(step.verb);
  const capped = (role: Role | undefined): number =>
    Math.min(rankOf(role), persona.scope === undefined ? 4 : rankOf(persona.scope));
  const cluster = capped(persona.cluster);
  const inAlpha = capped(persona.project);
  const held = {
    cluster,
    project: Math.max(cluster, step.project === "alpha" ? inAlpha : 0),
    anywhere: Math.max(cluster, inAlpha),
  };
  if (step.status === true && changes && cluster < rankOf("admin")) return false;
  if (persona.scope !== undefined && changes && guarded.includes(of)) return false;
  const granted = permissions.some(
    ({ classes, verbs, actions, to }) =>
      to.type === "role" &&
      classes.includes(of) &&
      verbs.includes(step.verb) &&
      (actions === undefined || actions.includes(step.action ?? "")) &&
      held[to.held] >= rankOf(to.role),
  );
  if (granted || step.all !== true) return granted;
  if (step.kind.scope === "Namespaced") return held.anywhere > 0;
  return step.kind === projectKind || step.kind === tokenKind || step.kind === userKind;
}

/** One object of every kind, of the cluster or in each project, made from the kind's own example. */
async function furnish(server: Walked): Promise<void> {
  for (const name of projects) await server.create(projectKind, { metadata: { name }, spec: {} });
  for (const kind of allKinds.filter((one) => one !== projectKind))
    for (const namespace of kind.scope === "Cluster" ? [undefined] : projects) {
      const { apiVersion: _version, kind: _kind, ...example } = kind.example;
      const metadata = { name: "walked", ...(namespace === undefined ? {} : { namespace }) };
      await server.create(kind, { ...example, metadata });
    }
}

const patchType = "application/merge-patch+json";

function bodyOf(step: Step): string | undefined {
  const { kind, project, verb } = step;
  if (verb === "act") return JSON.stringify({ noSchemaTakesThis: true });
  if (verb === "patch") return "{}";
  if (verb !== "create" && verb !== "update") return undefined;
  const name = verb === "create" ? "fresh" : objectName(kind, project);
  if (step.path.startsWith("/api/v1"))
    return JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  const namespace = kind.scope === "Namespaced" ? { namespace: project } : {};
  return JSON.stringify({
    ...kind.example,
    apiVersion: apiVersionOf(kind),
    metadata: { name, ...namespace },
  });
}

async function ask(server: Walked, step: Step, token: string | undefined): Promise<number> {
  const body = bodyOf(step);
  const response = await fetch(server.address + step.path, {
    method: step.method,
    headers: {
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(body === undefined
        ? {}
        : { "Content-Type": step.verb === "patch" ? patchType : "application/json" }),
    },
    ...(body === undefined ? {} : { body }),
  });
  await response.arrayBuffer();
  return response.status;
}

/** Gives how many requests were let in. */
async function walk(server: Walked, walkers: readonly Persona[]): Promise<number> {
  const steps = allKinds.flatMap(stepsOf);
  assert.ok(steps.length > 200, `${steps.length} steps: the walk walks`);
  let letIn = 0;
  for (const persona of walkers) {
    const { name, cluster, project, scope } = persona;
    await server.user(name, { ...(cluster && { cluster }), ...(project && { project }) });
    const token = await server.token(name, scope === undefined ? {} : { scopes: { role: scope } });
    await inParallel(steps, async (step) => {
      const code = await ask(server, step, token);
      const said = `${name}: ${step.method} ${step.path} gave ${code}`;
      assert.notEqual(code, 401, said);
      assert.ok(code < 500, said);
      assert.equal(code !== 403, isPermitted(persona, step), said);
      if (code !== 403) letIn += 1;
    });
  }
  return letIn;
}

async function walkUnknown(server: Walked): Promise<void> {
  await inParallel(allKinds.flatMap(stepsOf), async (step) => {
    assert.equal(await ask(server, step, undefined), 401, `${step.method} ${step.path}`);
  });
}

/** All that answers without credentials; these do their own checking where they change something. */
const open = new Set([
  "GET /healthz",
  "GET /livez",
  "GET /readyz",
  "GET /signin/discovery",
  "POST /signin/session",
  "DELETE /signin/session",
]);

async function walkOtherRoutes(server: Walked): Promise<void> {
  const routes = server.http.app.routes.map(({ method, path }) => ({
    method: method === "ALL" ? "GET" : method,
    path: path.replace("/*", "/v1").replaceAll(/:\w+/g, "x"),
  }));
  assert.ok(routes.length > 10, `${routes.length} routes`);
  for (const { method, path } of routes) {
    const response = await fetch(server.address + path, { method });
    await response.arrayBuffer();
    if (!open.has(`${method} ${path}`)) assert.equal(response.status, 401, `${method} ${path}`);
    else if (method === "GET") assert.equal(response.status, 200, path);
  }
}

/** Verifying the store tells of every project: it is for those who run the whole house. */
async function walkVerification(server: Walked, walkers: readonly Persona[]): Promise<void> {
  for (const persona of walkers) {
    const { name, cluster, scope } = persona;
    const token = await server.token(name, scope === undefined ? {} : { scopes: { role: scope } });
    const headers = { Authorization: `Bearer ${token}` };
    for (const method of ["GET", "POST"]) {
      const response = await fetch(`${server.address}/yunhe/v1/verification`, { method, headers });
      const body = (await response.json()) as { promises?: readonly { broken: number }[] };
      const mayOperate = rankOf(scope ?? cluster) >= rankOf("operator");
      assert.equal(response.status, mayOperate ? 200 : 403, `${name}: ${method} verification`);
      if (mayOperate && method === "POST") assert.ok(body.promises!.length > 10);
    }
  }
}

test("every route, verb and role answers as the role table says", async (context) => {
  const server = await openIdentityServer(context);
  await furnish(server);
  const before = server.store.revision();
  assert.ok((await walk(server, personas)) > 500);
  const changed = (await server.store.changes(before, 10_000)).filter(({ json }) => json.includes('"fresh"'));
  assert.deepEqual(changed, [], "what was let in was a dry run");
});

test("without credentials every route of every kind answers 401", async (context) => {
  const server = await openIdentityServer(context);
  await furnish(server);
  await walkUnknown(server);
});

test("without credentials no other route answers but health, discovery of the sign-in and signing in", async (context) => {
  await walkOtherRoutes(await openIdentityServer(context));
});

test("the server as it is started, with its store, loops and engines, answers by the same table", async (context) => {
  const directory = await mkdtemp(join(tmpdir(), "yunhe-walk-"));
  const started = await startServer({
    directory,
    host: "127.0.0.1",
    port: 0,
    consoleDirectory: undefined,
    simulateDevices: [],
    allowNoIsolation: true,
    warn: () => {},
    onFatal: (error) => assert.fail(error),
  });
  context.after(async () => {
    await started.close();
    await rm(directory, { recursive: true });
  });
  const { store, objects, identity } = started.controlPlane;
  const parts = { objects, identity, environment: systemEnvironment() };
  const server: Walked = { address: started.address, http: started.http, store, ...people(parts) };
  for (const name of projects) await server.create(projectKind, { metadata: { name }, spec: {} });
  await walkUnknown(server);
  await walkOtherRoutes(server);
  const some = ["nobody", "project-viewer", "project-admin", "cluster-operator", "scoped-admin"];
  const walkers = personas.filter(({ name }) => some.includes(name));
  await walk(server, walkers);
  await walkVerification(server, walkers);
});

async function inParallel<Item>(items: readonly Item[], run: (item: Item) => Promise<void>): Promise<void> {
  const left = items.values();
  const worker = async (): Promise<void> => {
    for (const item of left) await run(item);
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}
