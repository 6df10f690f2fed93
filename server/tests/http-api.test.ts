import assert from "node:assert/strict";
import test from "node:test";
import { eventDraft, words } from "@yunhe/kernel";
import { systemEnvironment } from "@yunhe/kernel";
import { startServer, widgetBody, widgetKind, widgets } from "./http-fixture.ts";

void test("an object goes through its whole life", async (context) => {
  const { request } = await startServer(context);
  const created = await request("POST", widgets, widgetBody("a", { size: 5 }));
  assert.equal(created.status, 201);
  assert.equal(created.body.metadata.resourceVersion, "2");
  assert.equal((await request("GET", `${widgets}/a`)).body.spec.size, 5);
  const replaced = await request("PUT", `${widgets}/a`, { ...created.body, spec: { size: 6 } });
  assert.equal(replaced.body.spec.size, 6);
  const merged = await request(
    "PATCH",
    `${widgets}/a`,
    { spec: { colour: "red" } },
    { "Content-Type": "application/merge-patch+json" },
  );
  assert.equal(merged.body.spec.colour, "red");
  const json = await request("PATCH", `${widgets}/a`, [{ op: "remove", path: "/spec/colour" }], {
    "Content-Type": "application/json-patch+json",
  });
  assert.equal(json.body.spec.colour, undefined);
  const yaml = "apiVersion: sample.yunhe.dev/v1\nkind: Widget\nmetadata: {name: a}\nspec:\n  size: 7\n";
  const apply = (query: string) =>
    request("PATCH", `${widgets}/a?${query}`, yaml, { "Content-Type": "application/apply-patch+yaml" });
  const conflict = await apply("fieldManager=me");
  assert.equal(conflict.status, 409);
  assert.equal(conflict.body.details.causes[0].reason, "FieldManagerConflict");
  assert.equal((await apply("fieldManager=me&force=true")).body.spec.size, 7);
  const status = await request("PUT", `${widgets}/a/status`, {
    ...created.body,
    metadata: { name: "a" },
    status: { phase: "Ready" },
  });
  assert.equal(status.body.status.phase, "Ready");
  const list = await request("GET", `${widgets}?labelSelector=!x&fieldSelector=status.phase=Ready`);
  assert.deepEqual([list.body.kind, list.body.items.length], ["WidgetList", 1]);
  const gone = await request("DELETE", `${widgets}/a`);
  assert.deepEqual([gone.status, gone.body.status, gone.body.details.kind], [200, "Success", "widgets"]);
  assert.equal((await request("GET", `${widgets}/a`)).status, 404);
});

void test("a body may be YAML", async (context) => {
  const { request } = await startServer(context);
  const yaml = "kind: Widget\nmetadata:\n  name: a\nspec:\n  size: 9\n";
  const created = await request("POST", widgets, yaml, { "Content-Type": "application/yaml" });
  assert.equal(created.body.spec.size, 9);
});

void test("nothing of the API answers without credentials; other routes are their own", async (context) => {
  const { url, request } = await startServer(context);
  for (const path of [
    "/api",
    "/apis",
    "/apis/sample.yunhe.dev/v1",
    "/openapi/v3",
    "/version",
    widgets,
    "/api/v1/namespaces",
  ]) {
    const answer = await fetch(url + path);
    assert.equal(answer.status, 401, path);
    assert.equal(answer.headers.get("www-authenticate"), 'Bearer realm="yunhe"');
    await answer.body?.cancel();
  }
  assert.equal((await request("GET", "/healthz")).body, "ok");
  assert.equal((await request("GET", "/nowhere")).status, 404);
});

void test("a refusal is a Status in the reader's language, with both languages inside", async (context) => {
  const { request } = await startServer(context);
  const wrong = widgetBody("a", { size: 1000 });
  const chinese = await request("POST", widgets, wrong, { "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8" });
  assert.equal(chinese.status, 422);
  assert.equal(chinese.body.kind, "Status");
  assert.match(chinese.body.message, /无效/);
  const [cause] = chinese.body.details.causes;
  assert.deepEqual([cause.field, cause.reason], ["spec.size", "FieldValueInvalid"]);
  assert.match(cause["x-yunhe"].en, /at most 100/);
  assert.match((await request("POST", widgets, wrong)).body.message, /is invalid/);
  const forbidden = await request("GET", widgets, undefined, { Authorization: "Bearer token-of-eve" });
  assert.deepEqual([forbidden.status, forbidden.body.reason], [403, "Forbidden"]);
});

void test("every answer carries its request id and cannot be sniffed or framed", async (context) => {
  const { request } = await startServer(context);
  const { headers } = await request("GET", widgets, undefined, {
    "X-Request-Id": "mine-1",
    Origin: "https://evil.example",
  });
  assert.equal(headers.get("x-request-id"), "mine-1");
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.match(headers.get("content-security-policy") ?? "", /default-src 'none'/);
  assert.equal(headers.get("access-control-allow-origin"), null);
});

void test("tables have the kind's columns, ages and sizes as people read them", async (context) => {
  const { request } = await startServer(context);
  await request("POST", widgets, widgetBody("a", { weightBytes: 1536 }));
  const accept = { Accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json" };
  const { body } = await request("GET", `${widgets}?includeObject=Object`, undefined, accept);
  assert.equal(body.kind, "Table");
  assert.deepEqual(
    body.columnDefinitions.map(
      (column: { name: string; priority: number }) => `${column.name}${column.priority}`,
    ),
    ["Name0", "Size0", "Phase0", "Weight1", "Age0"],
  );
  assert.deepEqual(body.rows[0].cells.slice(0, 4), ["a", 3, "New", "1.5KiB"]);
  assert.match(body.rows[0].cells[4], /^\d+s$/);
  assert.equal(body.rows[0].object.spec.size, 3);
  const chinese = await request("GET", `${widgets}/a`, undefined, { ...accept, "Accept-Language": "zh" });
  assert.equal(chinese.body.columnDefinitions[1].name, "大小");
  assert.equal(chinese.body.rows[0].object.kind, "PartialObjectMetadata");
});

void test("namespaces are the projects", async (context) => {
  const { request } = await startServer(context);
  const created = await request("POST", "/api/v1/namespaces", {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "two" },
    spec: {},
    status: {},
  });
  assert.deepEqual(
    [created.status, created.body.kind, created.body.status.phase],
    [201, "Namespace", "Active"],
  );
  assert.equal((await request("GET", "/apis/identity.yunhe.dev/v1/projects/two")).body.kind, "Project");
  assert.equal((await request("GET", "/api/v1/namespaces")).body.items.length, 2);
  const patched = await request(
    "PATCH",
    "/api/v1/namespaces/two",
    { metadata: { labels: { a: "b" } } },
    { "Content-Type": "application/strategic-merge-patch+json" },
  );
  assert.deepEqual(patched.body.metadata.labels, { a: "b" });
  assert.equal((await request("DELETE", "/api/v1/namespaces/two")).status, 200);
  assert.equal((await request("POST", widgets.replace("demo", "two"), widgetBody("a"))).status, 404);
});

void test("an action is posted to the object and answers", async (context) => {
  const { request, polished } = await startServer(context);
  await request("POST", widgets, widgetBody("a"));
  assert.equal((await request("POST", `${widgets}/a/polish`, { strokes: 3 })).body.status, "Success");
  assert.deepEqual(polished, [{ strokes: 3 }]);
  assert.equal(
    (await request("POST", `${widgets}/a/polish`, { strokes: 30 })).body.details.causes[0].field,
    "strokes",
  );
  assert.equal((await request("GET", `${widgets}/a/polish`)).status, 405);
  assert.equal((await request("POST", `${widgets}/a/melt`, {})).status, 404);
});

void test("a repeated idempotency key gives the first answer, and says so", async (context) => {
  const { request } = await startServer(context);
  const body = { metadata: { generateName: "w-" }, spec: {} };
  const first = await request("POST", widgets, body, { "Idempotency-Key": "k" });
  const again = await request("POST", widgets, body, { "Idempotency-Key": "k" });
  assert.equal(again.body.metadata.name, first.body.metadata.name);
  assert.equal(again.headers.get("idempotency-replayed"), "true");
  assert.equal((await request("POST", widgets, widgetBody("x"), { "Idempotency-Key": "k" })).status, 409);
});

void test("discovery, aggregated discovery and the version are those of Kubernetes", async (context) => {
  const { request } = await startServer(context);
  assert.deepEqual((await request("GET", "/api")).body.versions, ["v1"]);
  const groups = (await request("GET", "/apis")).body.groups.map((group: { name: string }) => group.name);
  assert.deepEqual(groups, ["identity.yunhe.dev", "sample.yunhe.dev"]);
  const resources = (await request("GET", "/apis/sample.yunhe.dev/v1")).body.resources.map(
    (one: { name: string }) => one.name,
  );
  assert.deepEqual(resources, ["widgets", "widgets/polish", "widgets/status"]);
  const type = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  const aggregated = await request("GET", "/apis", undefined, { Accept: `${type},application/json` });
  assert.equal(aggregated.headers.get("content-type"), type);
  assert.equal(aggregated.body.items[1].versions[0].resources[0].resource, "widgets");
  assert.match((await request("GET", "/version")).body.gitVersion, /^v1\.\d+\.\d+\+yunhe/);
});

void test("the OpenAPI document describes what people write, in both languages", async (context) => {
  const { request } = await startServer(context);
  const { paths } = (await request("GET", "/openapi/v3")).body;
  const { body } = await request("GET", paths["apis/sample.yunhe.dev/v1"].serverRelativeURL);
  const schema = body.components.schemas["dev.yunhe.sample.v1.Widget"];
  assert.deepEqual(schema["x-kubernetes-group-version-kind"], [
    { group: "sample.yunhe.dev", version: "v1", kind: "Widget" },
  ]);
  assert.equal(schema.properties.spec.properties.size.description, "How large it is.");
  assert.equal(schema.properties.spec.properties.size["x-yunhe-zh"], "大小。");
  assert.deepEqual(schema.properties.spec.properties.parts["x-kubernetes-list-map-keys"], ["name"]);
  assert.deepEqual(schema.required, ["spec"]);
  const references = [...JSON.stringify(body).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
    (match) => match[1]!,
  );
  assert(references.length > 0);
  for (const name of references) assert(body.components.schemas[name] !== undefined, name);
});

void test("questions about oneself are answered from the authorizer", async (context) => {
  const { request } = await startServer(context);
  const review = (verb: string, headers = {}) =>
    request(
      "POST",
      "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
      {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: {
          resourceAttributes: { verb, group: "sample.yunhe.dev", resource: "widgets", namespace: "demo" },
        },
      },
      headers,
    );
  assert.equal((await review("create")).body.status.allowed, true);
  assert.equal((await review("create", { Authorization: "Bearer token-of-eve" })).body.status.allowed, false);
  assert.equal((await review("fly")).body.status.allowed, false);
});

void test("events are found by the object that they are about", async (context) => {
  const { request, objects } = await startServer(context);
  const about = (await request("POST", widgets, widgetBody("a"))).body;
  const draft = eventDraft(
    {
      about,
      type: "Warning",
      reason: "Scratched",
      message: words("It is scratched.", "有划痕。"),
      component: "test",
    },
    systemEnvironment(),
  );
  await objects.commit([draft], { actor: "system:test" });
  const selector = `involvedObject.uid=${about.metadata.uid},involvedObject.kind=${widgetKind.kind}`;
  const { body } = await request(
    "GET",
    `/api/v1/namespaces/demo/events?fieldSelector=${encodeURIComponent(selector)}`,
  );
  assert.equal(body.items[0].reason, "Scratched");
  assert.equal(
    (await request("POST", "/api/v1/namespaces/demo/events", { metadata: { name: "x" } })).status,
    405,
  );
});
