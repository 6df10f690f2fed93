import assert from "node:assert/strict";
import test from "node:test";
import { rawExchange, type RunningServer, startServer, token, widgetBody, widgets } from "./http-fixture.ts";

const head = (method: string, length: number | "chunked", type = "application/json"): string =>
  [
    `${method} ${widgets} HTTP/1.1`,
    "Host: test",
    `Authorization: Bearer ${token}`,
    `Content-Type: ${type}`,
    length === "chunked" ? "Transfer-Encoding: chunked" : `Content-Length: ${length}`,
    "",
    "",
  ].join("\r\n");

/** Posts what must be refused: the code, a `Status` that names the place, and nothing stored. */
async function refuses(
  server: RunningServer,
  body: unknown,
  code: number,
  field: string | undefined,
  type = "application/json",
): Promise<string> {
  const before = server.store.revision();
  const answer = await server.request("POST", widgets, body, { "Content-Type": type });
  assert.equal(answer.status, code, JSON.stringify(answer.body).slice(0, 300));
  assert.equal(answer.body.kind, "Status");
  if (field !== undefined) assert.equal(answer.body.details.causes?.[0]?.field, field);
  assert.equal(server.store.revision(), before);
  assert.deepEqual(server.mistakes, []);
  return answer.body.message as string;
}

void test("wrong fields, types, units and names are refused by name", async (context) => {
  const server = await startServer(context);
  await refuses(server, widgetBody("a", { sise: 1 }), 422, "spec.sise");
  await refuses(server, widgetBody("a", { size: "3" }), 422, "spec.size");
  await refuses(
    server,
    widgetBody("a", { parts: [{ name: "x", count: "2 dozen" }] }),
    422,
    "spec.parts[0].count",
  );
  await refuses(server, widgetBody("Not_DNS"), 422, "metadata.name");
  await refuses(server, widgetBody("a", {}, { labels: { "": "x" } }), 422, "metadata.labels[]");
  await refuses(server, widgetBody("a", {}, { labels: "x" }), 422, "metadata.labels");
  await refuses(server, widgetBody("a", {}, { lables: {} }), 422, "metadata.lables");
  await refuses(
    server,
    widgetBody("a", {}, { annotations: { big: "x".repeat(300_000) } }),
    422,
    "metadata.annotations",
  );
  await refuses(server, { ...widgetBody("a"), extra: 1 }, 422, "extra");
  await refuses(server, { ...widgetBody("a"), metadata: "a" }, 400, "metadata");
  await refuses(server, { ...widgetBody("a"), metadata: { name: 7 } }, 400, "metadata.name");
  await refuses(server, [], 400, "body");
  await refuses(server, "", 400, "body");
});

void test("JSON that is broken, too deep, doubled, poisoned or not UTF-8 is refused", async (context) => {
  const server = await startServer(context);
  assert.match(await refuses(server, '{"metadata":', 400, "body"), /not valid JSON/);
  assert.match(
    await refuses(server, `{"spec":${"[".repeat(10_000)}${"]".repeat(10_000)}}`, 400, "body"),
    /nested deeper/,
  );
  assert.match(
    await refuses(server, '{"spec":'.repeat(10_000) + "1" + "}".repeat(10_000), 400, "body"),
    /nested deeper/,
  );
  assert.match(
    await refuses(server, '{"metadata":{"name":"a","name":"b"}}', 400, "body"),
    /"name" stands twice/,
  );
  assert.match(
    await refuses(server, String.raw`{"metadata":{"name":"a","n\u0061me":"b"}}`, 400, "body"),
    /stands twice/,
  );
  assert.match(
    await refuses(server, '{"metadata":{"name":"a"},"spec":{"notes":{"__proto__":"x"}}}', 400, "body"),
    /__proto__/,
  );
  assert.match(
    await refuses(server, new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), 400, "body"),
    /UTF-8/,
  );
});

void test("YAML that explodes, is too deep, doubled or broken is refused with its place", async (context) => {
  const server = await startServer(context);
  const yaml = (text: string): Promise<string> => refuses(server, text, 400, "body", "application/yaml");
  const levels = Array.from(
    { length: 12 },
    (_, index) => `a${index + 1}: &a${index + 1} [${Array(10).fill(`*a${index}`).join(", ")}]`,
  );
  await yaml(`a0: &a0 [x, x]\n${levels.join("\n")}\n`);
  await yaml("[".repeat(20_000));
  await yaml(`${"- ".repeat(5000)}x`);
  assert.match(await yaml("metadata:\n  name: a\n  name: b\n"), /line 3/);
  assert.match(await yaml("metadata: {name: a\n"), /line/);
  await yaml("a: 1\n---\nb: 2\n");
  await yaml(`text: "${"x".repeat(1_200_000)}"\n`);
});

void test("a body of 20 MB is refused before it is read, and the refusal can be read", async (context) => {
  const server = await startServer(context);
  const announced = await rawExchange(server.port, head("POST", 20_000_000));
  assert.match(announced, /^HTTP\/1\.1 413 /);
  assert.match(announced, /RequestEntityTooLarge/);
  const before = process.memoryUsage().rss;
  const sent = await server.request("POST", widgets, "x".repeat(20_000_000));
  assert.equal(sent.status, 413);
  assert(process.memoryUsage().rss - before < 200e6);
  const chunk = Buffer.from(`${(65_536).toString(16)}\r\n${"x".repeat(65_536)}\r\n`);
  const chunked = await rawExchange(
    server.port,
    Buffer.concat([Buffer.from(head("POST", "chunked")), ...Array<Buffer>(64).fill(chunk)]),
  );
  assert.match(chunked, /^HTTP\/1\.1 413 /);
  assert.deepEqual(server.mistakes, []);
});

void test("unknown media types, methods and paths are refused", async (context) => {
  const server = await startServer(context);
  await refuses(server, "<a/>", 415, undefined, "application/xml");
  const patch = await server.request("PATCH", `${widgets}/a`, "{}", {
    "Content-Type": "application/apply-patch+cbor",
  });
  assert.equal(patch.status, 415);
  assert.equal((await server.request("POST", `${widgets}/a`)).status, 405);
  assert.equal(
    (await server.request("PATCH", widgets, {}, { "Content-Type": "application/merge-patch+json" })).status,
    405,
  );
  assert.equal((await server.request("GET", widgets, undefined, { Accept: "text/html" })).status, 406);
  for (const path of [
    "/apis/sample.yunhe.dev/v2/widgets",
    "/apis/none.yunhe.dev/v1/x",
    "/apis/sample.yunhe.dev/v1/namespaces/demo/widgets/a/b/c",
    "/apis/sample.yunhe.dev/v1/namespaces/%ff/widgets",
    "/apis//v1/widgets",
    "/apis/sample.yunhe.dev/v1/widgets/a",
    "/apis/identity.yunhe.dev/v1/namespaces/demo/projects",
  ]) {
    assert.equal((await server.request("GET", path)).status, 404, path);
  }
});

void test("query parameters that make no sense are named", async (context) => {
  const { request } = await startServer(context);
  const cases: Record<string, string> = {
    "limit=many": "limit",
    "limit=-1": "limit",
    "watch=perhaps": "watch",
    "resourceVersion=latest": "resourceVersion",
    "continue=xyz": "continue",
    "labelSelector=a in b": "labelSelector",
    "fieldSelector=nothing": "fieldSelector",
    "resourceVersionMatch=About": "resourceVersionMatch",
    "includeObject=Half": "includeObject",
  };
  for (const [query, field] of Object.entries(cases)) {
    const answer = await request("GET", `${widgets}?${query}`);
    assert.deepEqual([answer.status, answer.body.details.causes?.[0]?.field], [400, field], query);
  }
  assert.equal((await request("POST", `${widgets}?dryRun=Some`, widgetBody("a"))).status, 400);
  assert.equal((await request("POST", `${widgets}?fieldValidation=Lax`, widgetBody("a"))).status, 400);
});

void test("a stale resourceVersion is a conflict, on every way of writing", async (context) => {
  const server = await startServer(context);
  const { request } = server;
  const { body } = await request("POST", widgets, widgetBody("a"));
  await request("PUT", `${widgets}/a`, widgetBody("a", { size: 4 }));
  const stale = { ...body, spec: { size: 5 } };
  const before = server.store.revision();
  assert.equal((await request("PUT", `${widgets}/a`, stale)).status, 409);
  assert.equal(
    (await request("PATCH", `${widgets}/a`, stale, { "Content-Type": "application/merge-patch+json" }))
      .status,
    409,
  );
  const preconditions = { resourceVersion: body.metadata.resourceVersion };
  assert.equal(
    (await request("DELETE", `${widgets}/a`, { kind: "DeleteOptions", preconditions })).status,
    409,
  );
  assert.equal(server.store.revision(), before);
});

void test("a list and a watch from a compacted revision say that they are too old", async (context) => {
  const { request, store } = await startServer(context);
  for (const name of ["a", "b", "c"]) await request("POST", widgets, widgetBody(name));
  const page = await request("GET", `${widgets}?limit=1`);
  await request("DELETE", `${widgets}/c`);
  await store.compact(store.revision());
  const list = await request("GET", `${widgets}?limit=1&continue=${page.body.metadata.continue}`);
  assert.deepEqual([list.status, list.body.reason], [410, "Expired"]);
  const watch = await request("GET", `${widgets}?watch=true&resourceVersion=2`);
  const [event] = String(watch.body.type === undefined ? watch.body : JSON.stringify(watch.body)).split("\n");
  const { type, object } = JSON.parse(event!);
  assert.deepEqual([type, object.code, object.reason], ["ERROR", 410, "Expired"]);
});

void test("requests that are cut off or are no HTTP do not disturb the server", async (context) => {
  const server = await startServer(context);
  await rawExchange(server.port, `${head("POST", 1000)}{"half":`, 50);
  await rawExchange(server.port, "GARBAGE\r\n\r\n", 200);
  await rawExchange(
    server.port,
    `GET ${widgets}?watch=1 HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    50,
  );
  assert.equal((await server.request("POST", widgets, widgetBody("a"))).status, 201);
  assert.deepEqual(server.mistakes, []);
});
