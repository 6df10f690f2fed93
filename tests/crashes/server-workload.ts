import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, type KindAddress, RequestFailed } from "@yunhe/client";
import { projectKind } from "@yunhe/domain-identity";
import { keyOfKind, openSqliteStore, type Store } from "@yunhe/kernel";
import { examineStore } from "@yunhe/server/verify";
import { startYunhe } from "../yunhe.ts";
import type { Workload } from "./power-cut.ts";

const projects: KindAddress = {
  group: "identity.yunhe.dev",
  version: "v1",
  plural: "projects",
  namespaced: false,
};
const clients = 8;
let rounds = 0;

/** The real server, to which clients write objects and files through HTTP. */
export const serverWorkload: Workload = {
  async run(directory, forMs, acknowledged) {
    const yunhe = await startYunhe({ directory });
    const writing = writeObjects(yunhe.client, clients, acknowledged);
    await sleep(forMs);
    await yunhe.kill();
    await writing;
    await rm(yunhe.folder, { recursive: true, force: true });
  },
  async look(directory, owed) {
    await mkdir(directory, { recursive: true });
    const store = await openSqliteStore({ path: join(directory, "yunhe.db") });
    try {
      const names = await namesOf(store);
      const lost: string[] = [];
      for (const thing of owed.keys()) {
        const [kind, name] = thing.split(" ") as [string, string];
        const there = kind === "project" ? names.has(name) : await hasFile(directory, name);
        if (!there) lost.push(thing);
      }
      const { findings } = await examineStore(store);
      const wrong = findings.map(({ invariant, object, words }) => `${invariant} ${object}: ${words.en}`);
      const there = [...owed.keys(), ...[...names].map((name) => `project ${name}`)];
      return { lost: lost.length, wrong, there: new Map(there.map((thing) => [thing, 1])) };
    } finally {
      await store.close();
    }
  },
};

/** Clients, one project after the other and a file now and then, until the server is gone. */
export async function writeObjects(
  client: Client,
  clients: number,
  acknowledged: (thing: string, count: number) => void,
): Promise<void> {
  const round = (rounds += 1);
  const one = (index: number): Promise<void> =>
    untilGone(async (turn) => {
      const name = `r${round}-c${index}-${turn}`;
      await client.resources(projects).create(undefined, project(name));
      acknowledged(`project ${name}`, 1);
      if (turn % 4 === 0) acknowledged(`file ${await upload(client)}`, 1);
    });
  await Promise.all(Array.from({ length: clients }, (_, index) => one(index)));
}

const project = (name: string) => ({
  apiVersion: "identity.yunhe.dev/v1",
  kind: "Project",
  metadata: { name },
  spec: {},
});

/** Does one thing after the other until the server is gone. */
export async function untilGone(doOne: (turn: number) => Promise<void>): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    try {
      await doOne(turn);
    } catch (error) {
      // A store that has stopped answers so while its process ends.
      if (error instanceof RequestFailed && error.code !== 503) throw error;
      return;
    }
  }
}

async function upload(client: Client): Promise<string> {
  const content = randomBytes(3000);
  const sha256 = createHash("sha256").update(content).digest("hex");
  await client.files.upload("default", sha256, content);
  return sha256;
}

async function namesOf(store: Store): Promise<Set<string>> {
  const { items } = await store.list({ kind: keyOfKind(projectKind) });
  return new Set(items.map(({ key }) => key.name));
}

/** The project has the file, and it is the one that was sent. */
async function hasFile(directory: string, sha256: string): Promise<boolean> {
  const path = join(directory, "blobs/projects/default", sha256);
  if (!existsSync(path)) return false;
  return (
    createHash("sha256")
      .update(await readFile(path))
      .digest("hex") === sha256
  );
}

/** Creates one project after the other until the server is gone. */
export const createProjects = (client: Client, acknowledged: (name: string) => void): Promise<void> =>
  untilGone(async (turn) => {
    await client.resources(projects).create(undefined, project(`p-${turn}`));
    acknowledged(`p-${turn}`);
  });
