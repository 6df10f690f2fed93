import assert from "node:assert/strict";
import type { AnyResource } from "@yunhe/kernel";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import test, { type TestContext } from "node:test";
import { connect, LiveList, type LiveSnapshot, RequestFailed } from "../src/index.ts";

const kind = { group: "compute.yunhe.dev", version: "v1", plural: "tasks", namespaced: true };

type Item = AnyResource;
type Answer = (response: ServerResponse, url: URL) => void;

const item = (name: string, version: number) => ({
  metadata: {
    name,
    namespace: "p",
    resourceVersion: `${version}`,
    uid: name,
    generation: 1,
    creationTimestamp: "",
  },
});
const line = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;
const list =
  (version: number, names: readonly string[], next?: string): Answer =>
  (response) =>
    void response.end(
      JSON.stringify({
        kind: "TaskList",
        metadata: { resourceVersion: `${version}`, ...(next ? { continue: next } : {}) },
        items: names.map((name) => item(name, version)),
      }),
    );
const refuse =
  (code: number): Answer =>
  (response) => {
    response.statusCode = code;
    response.end(JSON.stringify({ kind: "Status", status: "Failure", code, message: "no" }));
  };

/** A server that gives these answers in order, and notes what it was asked. */
async function scripted(context: TestContext, answers: readonly Answer[]) {
  const asked: URL[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    const url = new URL(request.url ?? "", "http://x");
    asked.push(url);
    (answers[asked.length - 1] ?? ((held) => held.flushHeaders()))(response, url);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const client = connect({ server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  const snapshots: LiveSnapshot<Item>[] = [];
  const waiting = new Set<() => void>();
  const live = new LiveList<Item>(
    client.resources<Item>(kind),
    { namespace: "p", gatherMs: 0, retryMs: () => 1 },
    (snapshot) => {
      snapshots.push(snapshot);
      for (const wake of waiting) wake();
    },
  );
  context.after(() => live.pause());
  const until = async (wanted: (snapshot: LiveSnapshot<Item>) => boolean): Promise<LiveSnapshot<Item>> => {
    for (;;) {
      const last = snapshots.at(-1);
      if (last && wanted(last)) return last;
      await new Promise<void>((resolve) => waiting.add(resolve));
    }
  };
  return { live, asked, until };
}

const names = ({ items }: LiveSnapshot<Item>): readonly string[] =>
  items.map(({ metadata }) => metadata.name).sort();

test("a live list reads every page, then follows the changes from the list's version on", async (context) => {
  const watch: Answer = (response) => {
    response.write(line("ADDED", item("c", 11)) + line("DELETED", item("a", 12)));
    response.write(line("BOOKMARK", { metadata: { resourceVersion: "20" } }));
  };
  const { live, asked, until } = await scripted(context, [list(10, ["a"], "next"), list(10, ["b"]), watch]);
  live.resume();
  const last = await until(({ items }) => items.some(({ metadata }) => metadata.name === "c"));
  assert.deepEqual(names(last), ["b", "c"]);
  assert.equal(last.state, "live");
  assert.equal(asked[1]?.searchParams.get("continue"), "next");
  assert.equal(asked[2]?.searchParams.get("resourceVersion"), "10");
});

test("a watch that is too old makes it list again", async (context) => {
  const tooOld: Answer = (response) =>
    void response.end(
      line("ERROR", { kind: "Status", status: "Failure", code: 410, reason: "Expired", message: "too old" }),
    );
  const { live, asked, until } = await scripted(context, [list(10, ["a"]), tooOld, list(50, ["z"])]);
  live.resume();
  await until((snapshot) => names(snapshot).includes("z"));
  assert.equal(asked[2]?.searchParams.has("watch"), false);
});

test("a connection that breaks goes on from the last version it saw", async (context) => {
  const cut: Answer = (response) => void response.end(line("ADDED", item("b", 15)));
  const { live, asked, until } = await scripted(context, [
    list(10, ["a"]),
    cut,
    (response) => void response.write(line("ADDED", item("c", 16))),
  ]);
  live.resume();
  assert.deepEqual(names(await until((snapshot) => names(snapshot).includes("c"))), ["a", "b", "c"]);
  assert.equal(asked[2]?.searchParams.get("resourceVersion"), "15");
});

test("a server that fails leaves what was known in view, as stale, until it answers again", async (context) => {
  const { live, until } = await scripted(context, [list(10, ["a"]), refuse(503), refuse(503)]);
  live.resume();
  const stale = await until(({ state }) => state === "stale");
  assert.deepEqual(names(stale), ["a"]);
  assert.deepEqual(names(await until(({ state }) => state === "live")), ["a"]);
});

test("a refusal ends it, with the reason", async (context) => {
  const { live, asked, until } = await scripted(context, [refuse(403)]);
  live.resume();
  const failed = await until(({ state }) => state === "failed");
  assert.ok(failed.error instanceof RequestFailed && failed.error.code === 403);
  assert.equal(asked.length, 1);
});

test("a paused list holds no connection and goes on where it was", async (context) => {
  const { live, asked, until } = await scripted(context, [
    list(10, ["a"]),
    (response) => void response.write(line("ADDED", item("b", 30))),
  ]);
  live.resume();
  await until((snapshot) => names(snapshot).includes("b"));
  live.pause();
  live.resume();
  while (asked.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(asked[2]?.searchParams.get("resourceVersion"), "30");
});
