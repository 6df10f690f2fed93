import assert from "node:assert/strict";
import { test } from "node:test";
import { type Draft, openMemoryStore, openObjects, systemEnvironment, verifyAudit } from "@yunhe/kernel";
import { type Attempt, attemptKind, computeKinds, queueKind, taskKind } from "../src/index.ts";
import { type Finding, HistoryAudit } from "../src/verify/index.ts";

/** A store whose writers keep to nothing, and what an examiner says who reads it. */
function open() {
  const store = openMemoryStore();
  const objects = openObjects(store, computeKinds, systemEnvironment());
  const metadata = (name: string) => ({ name, namespace: "default" });
  const commit = async (draft: Draft, verb = "create") => {
    const [stored] = await objects.commit([draft], { actor: "system:test", verb });
    return stored!;
  };
  const read = async (name: string) => (await objects.get(taskKind, "default", name))!;
  return {
    store,
    queue: (name: string, spec: object) =>
      commit({ type: "create", kind: queueKind, object: { metadata: { name }, spec } }),
    task: (name: string, spec: object = {}, more: object = {}) =>
      commit({
        type: "create",
        kind: taskKind,
        object: { metadata: { ...metadata(name), ...more }, spec: { command: ["true"], ...spec } },
      }),
    async set(name: string, spec: object, verb: string) {
      const task = await read(name);
      return commit(
        { type: "update", kind: taskKind, object: { ...task, spec: { ...task.spec, ...spec } } },
        verb,
      );
    },
    async attempt(task: string, number: number, queue?: string, preemptible = false) {
      const { uid } = (await read(task)).metadata;
      const labels = queue === undefined ? {} : { "compute.yunhe.dev/queue": queue };
      const ownerReferences = [{ apiVersion: "compute.yunhe.dev/v1", kind: "Task", name: task, uid }];
      const grant = { cpuMilli: 1000, memoryBytes: 1, devices: [] };
      const scheduling = { priority: 0, preemptible };
      const spec = { task, number, pool: "p", node: "n", grant, scheduling };
      const object = { metadata: { ...metadata(`${task}-${number}`), labels, ownerReferences }, spec };
      return commit({ type: "create", kind: attemptKind, object });
    },
    async end(name: string) {
      const attempt = (await objects.get(attemptKind, "default", name)) as Attempt;
      const status = { phase: "Ended", outcome: { type: "cancelled" } } as const;
      await commit({
        type: "update",
        kind: attemptKind,
        subresource: "status",
        object: { ...attempt, status },
      });
    },
    async findings(): Promise<Finding[]> {
      const history = new HistoryAudit({ compacted: store.compactedRevision(), exists: () => true });
      const found: Finding[] = [];
      const verdict = await verifyAudit(store, (entry, version) =>
        found.push(...history.take(entry, version)),
      );
      assert.ok(verdict.ok);
      return found;
    },
  };
}

const said = (findings: readonly Finding[]) =>
  findings.map(({ invariant, object, revision }) => `${invariant} ${object} @${revision}`);

test("an attempt made after the cancel of its task breaks T5, whoever cancelled it and how; one made before does not", async () => {
  const world = open();
  await world.task("t");
  await world.attempt("t", 1);
  await world.set("t", { cancelled: true }, "cancel");
  assert.deepEqual(await world.findings(), []);
  await world.attempt("t", 2);
  await world.task("patched");
  await world.set("patched", { cancelled: true }, "patch");
  await world.attempt("patched", 1);
  const findings = await world.findings();
  assert.deepEqual(said(findings), ["T5 attempt default/t-2 @4", "T5 attempt default/patched-1 @7"]);
  assert.match(findings[0]!.words.en, /made at revision 4, its task was cancelled at revision 3 already/);
  assert.match(findings[0]!.words.zh, /修订 4 创建.*修订 3 已取消/);
});

test("an attempt of a member that is made after the cancel of its array breaks T5", async () => {
  const world = open();
  const { uid } = (await world.task("a", { array: { count: 1 } })).metadata;
  const ownerReferences = [{ apiVersion: "compute.yunhe.dev/v1", kind: "Task", name: "a", uid }];
  await world.task("a-0", {}, { ownerReferences });
  await world.attempt("a-0", 1);
  await world.set("a", { cancelled: true }, "cancel");
  assert.deepEqual(await world.findings(), []);
  await world.attempt("a-0", 2);
  assert.deepEqual(said(await world.findings()), ["T5 attempt default/a-0-2 @5"]);
});

test("a cancel that is taken back breaks T5", async () => {
  const world = open();
  await world.task("t");
  await world.set("t", { cancelled: true }, "cancel");
  const { store } = world;
  const [entry] = await store.audit({ limit: 1, descending: true });
  const current = (await store.version(entry!.after))!;
  const { resourceVersion: _none, ...metadata } = (
    JSON.parse(current.json) as { metadata: Record<string, unknown> }
  ).metadata;
  const object = JSON.parse(current.json) as { apiVersion: string; kind: string; spec: object };
  const json = JSON.stringify({ ...object, metadata, spec: { ...object.spec, cancelled: false } });
  const audit = { actor: "system:test", verb: "update" };
  // Around validation, which refuses it.
  await store.commit({
    writes: [{ key: current.key, uid: current.uid, expected: current.revision, json, audit }],
    timeMs: 0,
  });
  assert.deepEqual(said(await world.findings()), ["T5 task default/t @3"]);
});

test("what is compacted away is followed in the audit log: the action to cancel, and when attempts were made", async () => {
  const world = open();
  await world.task("t");
  await world.set("t", { cancelled: true }, "cancel");
  await world.attempt("t", 1);
  await world.end("t-1");
  await world.task("unknown");
  await world.set("unknown", { cancelled: true }, "patch");
  await world.attempt("unknown", 1);
  await world.end("unknown-1");
  await world.set("unknown", { priority: 1 }, "patch");
  await world.store.compact(world.store.revision());
  // The patch that cancelled the other one is gone, and with it the proof.
  assert.deepEqual(said(await world.findings()), ["T5 attempt default/t-1 @3"]);
});

test("a placement over the quota breaks R2; a quota lowered below what is held does not", async () => {
  const world = open();
  await world.queue("q", { quota: { tasks: 1 } });
  await world.task("t");
  await world.attempt("t", 1, "q");
  await world.end("t-1");
  await world.attempt("t", 2, "q");
  assert.deepEqual(await world.findings(), []);
  await world.attempt("t", 3, "q");
  await world.attempt("t", 4);
  const findings = await world.findings();
  assert.deepEqual(said(findings), ["R2 attempt default/t-3 @6"]);
  assert.match(findings[0]!.words.en, /took queue q over its quota: 2 of 1 tasks/);
  await world.store.compact(world.store.revision());
  assert.deepEqual(await world.findings(), []);
  await world.attempt("t", 5, "q");
  assert.deepEqual(said(await world.findings()), ["R2 attempt default/t-5 @8"]);
});

test("what may be taken back is held beyond the quota within the cohort, and not beyond the cohort", async () => {
  const world = open();
  await world.queue("a", { cohort: "c", quota: { cpus: 1 }, borrowing: {} });
  await world.queue("b", { cohort: "c", quota: { cpus: 1 } });
  await world.task("t");
  await world.attempt("t", 1, "a");
  await world.attempt("t", 2, "a", true);
  assert.deepEqual(await world.findings(), []);
  await world.attempt("t", 3, "b");
  assert.deepEqual(said(await world.findings()), ["R2 attempt default/t-3 @6"]);
});
