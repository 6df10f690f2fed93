import assert from "node:assert/strict";
import test from "node:test";
import { type RunningServer, startServer, token, widgetBody, widgets } from "./http-fixture.ts";

interface Line {
  readonly type: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- as in Answer
  readonly object: any;
}

/** Reads the lines of a watch as they come. */
async function openWatch(server: RunningServer, query: string, headers: Record<string, string> = {}) {
  const abort = new AbortController();
  const answer = await fetch(`${server.url}${widgets}?watch=true&${query}`, {
    headers: { Authorization: `Bearer ${token}`, ...headers },
    signal: abort.signal,
  });
  assert.equal(answer.status, 200);
  const lines = readLines(answer.body!);
  const next = async (): Promise<Line> => {
    const { value, done } = await lines.next();
    assert(!done, "the watch ended");
    return JSON.parse(value) as Line;
  };
  return { next, lines, close: () => abort.abort() };
}

async function* readLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void, undefined> {
  let rest = "";
  for await (const chunk of body.pipeThrough(
    new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>,
  )) {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
}

void test("a watch streams what happens, as objects and as rows", async (context) => {
  const server = await startServer(context);
  const objects = await openWatch(server, "resourceVersion=1");
  const rows = await openWatch(server, "resourceVersion=1", {
    Accept: "application/json;as=Table;v=v1;g=meta.k8s.io",
  });
  await server.request("POST", widgets, widgetBody("a"));
  await server.request("DELETE", `${widgets}/a`);
  for (const type of ["ADDED", "DELETED"]) {
    const [object, row] = [await objects.next(), await rows.next()];
    assert.deepEqual([object.type, object.object.metadata.name], [type, "a"]);
    assert.deepEqual([row.type, row.object.kind, row.object.rows[0].cells[0]], [type, "Table", "a"]);
  }
  objects.close();
  rows.close();
});

void test("a watch list begins with what is there and a bookmark that says so", async (context) => {
  const server = await startServer(context);
  await server.request("POST", widgets, widgetBody("a"));
  const { next, close } = await openWatch(
    server,
    "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true",
  );
  assert.equal((await next()).object.metadata.name, "a");
  const bookmark = await next();
  assert.equal(bookmark.type, "BOOKMARK");
  assert.equal(bookmark.object.metadata.annotations["k8s.io/initial-events-end"], "true");
  close();
});

void test("a watch ends at its timeout without an error", async (context) => {
  const server = await startServer(context);
  const { lines } = await openWatch(server, "timeoutSeconds=1&resourceVersion=1");
  assert.equal((await lines.next()).done, true);
});

void test("a watch ends after its token was revoked", async (context) => {
  const server = await startServer(context);
  const { next } = await openWatch(server, "resourceVersion=1");
  server.tokens.delete(token);
  const last = await next();
  assert.deepEqual([last.type, last.object.code], ["ERROR", 401]);
});

void test("closing the server ends its watches and is quick", async (context) => {
  const server = await startServer(context);
  const { lines } = await openWatch(server, "resourceVersion=1");
  await server.http.close(500);
  assert.equal((await lines.next()).done, true);
});
