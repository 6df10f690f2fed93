import assert from "node:assert/strict";
import { createRequire } from "node:module";
import test, { type TestContext } from "node:test";
import type * as kubernetes from "@kubernetes/client-node";
import { type RunningServer, startServer, token, widgetBody, widgetKind, widgets } from "./http-fixture.ts";

type Client = typeof kubernetes;

/** The official JavaScript client; imported late, since it is large. */
async function clientOf(
  server: RunningServer,
): Promise<{ k8s: Client; config: InstanceType<Client["KubeConfig"]> }> {
  const k8s = await import("@kubernetes/client-node");
  const config = new k8s.KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: "yunhe", server: server.url, skipTLSVerify: true }],
    users: [{ name: "ada", token }],
    contexts: [{ name: "yunhe", cluster: "yunhe", user: "ada", namespace: "demo" }],
    currentContext: "yunhe",
  });
  return { k8s, config };
}

const skip = ((): string | false => {
  try {
    createRequire(import.meta.url).resolve("@kubernetes/client-node");
    return false;
  } catch {
    return "@kubernetes/client-node is not installed";
  }
})();

interface Widget {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace: string; resourceVersion?: string };
  spec: { size: number; colour?: string };
}

const widget = (name: string, size: number): Widget => ({
  apiVersion: "sample.yunhe.dev/v1",
  kind: "Widget",
  metadata: { name, namespace: "demo" },
  spec: { size },
});

async function start(context: TestContext) {
  const server = await startServer(context);
  return { server, ...(await clientOf(server)) };
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    assert(Date.now() < deadline, what);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

void test(
  "its object API creates, reads, replaces, patches, applies, lists and deletes",
  { skip },
  async (context) => {
    const { k8s, config } = await start(context);
    const client = k8s.KubernetesObjectApi.makeApiClient(config);
    const created = await client.create(widget("a", 2));
    assert.equal(created.spec.size, 2);
    const read = await client.read(widget("a", 0));
    assert.equal(read.metadata?.resourceVersion, created.metadata.resourceVersion);
    const replaced = await client.replace({ ...read, spec: { size: 3 } });
    assert.equal(replaced.spec.size, 3);
    await assert.rejects(client.replace({ ...read, spec: { size: 4 } }), /409|Conflict/);
    const merge = { ...widget("a", 5) };
    const patched = (await client.patch(merge, undefined, undefined, undefined, undefined, k8s.PatchStrategy.MergePatch)); // prettier-ignore
    assert.equal(patched.spec.size, 5);
    const applied = (await client.patch(merge, undefined, undefined, "tester", true, k8s.PatchStrategy.ServerSideApply)); // prettier-ignore
    assert.equal(applied.spec.size, 5);
    const list = await client.list("sample.yunhe.dev/v1", "Widget", "demo");
    assert.equal(list.items.length, 1);
    await client.delete(widget("a", 0));
    await assert.rejects(client.read(widget("a", 0)), /404|NotFound/);
  },
);

void test(
  "its generated APIs work: custom objects, core, authorization, version",
  { skip },
  async (context) => {
    const { k8s, config, server } = await start(context);
    await server.request("POST", widgets, widgetBody("a"));
    const custom = config.makeApiClient(k8s.CustomObjectsApi);
    const where = { group: "sample.yunhe.dev", version: "v1", namespace: "demo", plural: "widgets" };
    const { items } = (await custom.listNamespacedCustomObject(where)) as { items: Widget[] };
    assert.equal(items[0]?.metadata.name, "a");
    const core = config.makeApiClient(k8s.CoreV1Api);
    assert.equal((await core.listNamespace()).items[0]?.metadata?.name, "demo");
    assert.equal(
      (await core.createNamespace({ body: { metadata: { name: "two" } } })).status?.phase,
      "Active",
    );
    assert.deepEqual((await core.listNamespacedEvent({ namespace: "demo" })).items, []);
    const review = {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: { verb: "get", group: where.group, resource: "widgets" } },
    };
    const answer = await config
      .makeApiClient(k8s.AuthorizationV1Api)
      .createSelfSubjectAccessReview({ body: review });
    assert.equal(answer.status?.allowed, true);
    assert.match((await config.makeApiClient(k8s.VersionApi).getCode()).gitVersion, /^v1\./);
  },
);

void test("its watch receives changes", { skip }, async (context) => {
  const { k8s, config, server } = await start(context);
  const seen: string[] = [];
  const request = await new k8s.Watch(config).watch(
    widgets,
    { allowWatchBookmarks: true },
    (type: string, object: Widget) => void seen.push(`${type} ${object.metadata.name}`),
    () => {},
  );
  await server.request("POST", widgets, widgetBody("a"));
  await server.request("DELETE", `${widgets}/a`);
  await until(() => seen.length === 2, `two events, not: ${seen.join(", ")}`);
  assert.deepEqual(seen, ["ADDED a", "DELETED a"]);
  request.abort();
});

void test(
  "its informer keeps a true picture, also after its revision was compacted away",
  { skip },
  async (context) => {
    const { k8s, config, server } = await start(context);
    await server.request("POST", widgets, widgetBody("a"));
    const custom = config.makeApiClient(k8s.CustomObjectsApi);
    const where = { group: "sample.yunhe.dev", version: "v1", namespace: "demo", plural: "widgets" };
    const listAll = () =>
      custom.listNamespacedCustomObject(where) as Promise<kubernetes.KubernetesListObject<Widget>>;
    const informer = k8s.makeInformer<Widget>(config, widgets, listAll);
    const known = new Map<string, number>();
    informer.on("add", (object) => void known.set(object.metadata.name, object.spec.size));
    informer.on("update", (object) => void known.set(object.metadata.name, object.spec.size));
    informer.on("delete", (object) => void known.delete(object.metadata.name));
    let stopped = false;
    informer.on("error", () => setTimeout(() => void (stopped ? undefined : informer.start()), 20));
    await informer.start();
    await until(() => known.get("a") === 3, "the first list");
    await server.request(
      "PATCH",
      `${widgets}/a`,
      { spec: { size: 9 } },
      { "Content-Type": "application/merge-patch+json" },
    );
    await server.request("POST", widgets, widgetBody("b"));
    await until(() => known.get("a") === 9 && known.has("b"), "changes");
    // Its connection breaks, and before it is back everything that it knows has become too old.
    server.http.server.closeAllConnections();
    await server.api.delete(tester, { kind: widgetKind, namespace: "demo", name: "a" });
    await server.store.compact(server.store.revision());
    await until(() => !known.has("a") && known.has("b"), "the second list");
    stopped = true;
    await informer.stop();
  },
);

const tester = {
  principal: { id: "user:ada", type: "User", displayName: "Ada" },
  requestId: "test",
} as const;
