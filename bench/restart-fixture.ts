/** A data folder as a house has it after long use: many tasks that ended, each with its attempt and usage, and a queue. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { attemptKind, taskKind, usageRecordKind } from "@yunhe/domain-compute";
import {
  type AnyKind,
  keyOfKind,
  openSqliteStore,
  type Store,
  type StoredObject,
  type Write,
} from "@yunhe/kernel";
import { startServerProcess } from "./server-process.ts";

const tasks = { group: "compute.yunhe.dev", version: "v1", plural: "tasks", namespaced: true } as const;
const queues = { ...tasks, plural: "queues", namespaced: false } as const;
const ended = "template-ended";
const waiting = "template-waiting";
const writesAtOnce = 500;

interface Listed {
  readonly metadata: { readonly name: string };
  readonly status?: { readonly phase: string };
}

/** Fills the folder with `resources` objects: one in ten a waiting task, the rest ended ones with what belongs to them. */
export async function fillDirectory(directory: string, resources: number): Promise<void> {
  await makeTemplates(directory);
  const store = await openSqliteStore({ path: join(directory, "yunhe.db") });
  const waits = await objectsOf(store, waiting);
  const family = await objectsOf(store, ended);
  if (waits.length !== 1 || family.length !== 3)
    throw new Error(`The templates have ${waits.length} and ${family.length} objects, not 1 and 3.`);
  const waitingCount = Math.round(resources / 10);
  const endedCount = Math.round((resources - waitingCount) / family.length);
  const writes = [
    ...copies(waits, waiting, "waits", waitingCount),
    ...copies(family, ended, "ended", endedCount),
  ];
  let batch: Write[] = [];
  for (const write of writes) {
    batch.push(write);
    if (batch.length < writesAtOnce) continue;
    await store.commit({ writes: batch, timeMs: Date.now() });
    batch = [];
  }
  if (batch.length > 0) await store.commit({ writes: batch, timeMs: Date.now() });
  await store.close();
}

/** By the real server, so that they are as it writes them. */
async function makeTemplates(directory: string): Promise<void> {
  const server = await startServerProcess({ directory, args: ["--no-console", "--allow-no-isolation"] });
  const resource = server.client.resources<Listed>(tasks);
  const create = (name: string, spec: object): Promise<unknown> =>
    resource.create("default", {
      apiVersion: "compute.yunhe.dev/v1",
      kind: "Task",
      metadata: { name },
      spec,
    });
  await create(ended, { command: ["true"], resources: { cpus: 0.1, memory: "16Mi" } });
  await server.client.resources(queues).create(undefined, {
    apiVersion: "compute.yunhe.dev/v1",
    kind: "Queue",
    metadata: { name: "stopped" },
    spec: { stopped: true },
  });
  await create(waiting, { command: ["true"], resources: { cpus: 0.1, memory: "16Mi" }, queue: "stopped" });
  while ((await resource.get("default", ended)).status?.phase !== "Succeeded") await sleep(100);
  // Its usage is closed a moment after.
  await sleep(2000);
  await server.stop();
}

async function objectsOf(store: Store, name: string): Promise<readonly StoredObject[]> {
  const kinds: readonly AnyKind[] = [taskKind, attemptKind, usageRecordKind];
  const pages = await Promise.all(kinds.map((kind) => store.list({ kind: keyOfKind(kind) })));
  return pages.flatMap(({ items }) => items.filter(({ json }) => json.includes(`"${name}`)));
}

/** The same objects again and again under other names and uids, which they name each other by. */
function* copies(
  templates: readonly StoredObject[],
  from: string,
  to: string,
  count: number,
): Generator<Write> {
  const uids = templates.map(({ uid }) => uid);
  for (let number = 0; number < count; number += 1) {
    const suffix = number.toString(16).padStart(12, "0");
    const rename = (text: string): string =>
      uids
        .reduce((renamed, uid) => renamed.replaceAll(uid, `${uid.slice(0, 24)}${suffix}`), text)
        .replaceAll(from, `${to}-${number}`);
    for (const { key, uid, json } of templates)
      yield {
        key: { ...key, name: rename(key.name) },
        uid: rename(uid) as typeof uid,
        expected: 0,
        json: rename(json.replace(/"resourceVersion":"\d+",/, "")),
        audit: { actor: "system:bench", verb: "create" },
      };
  }
}
