import { mkdir, rm } from "node:fs/promises";
import type { Client } from "@yunhe/client";
import { startYunhe, until } from "../yunhe.ts";
import { type Call, calls } from "./call-faults.ts";
import { killServerAtCall, type Struck } from "./faulted-server.ts";
import type { Found, Owed } from "./power-cut.ts";
import { isGone, lookAtTasks, processesOf, runTasks } from "./server-tasks.ts";
import { serverWorkload, writeObjects } from "./server-workload.ts";

export interface ChosenCall {
  readonly call: Call;
  readonly number: number;
}

/** About as many of each call as its busiest thread makes until the server has worked for two seconds. */
const reach: Readonly<Record<Call, number>> = {
  pwrite64: 2000,
  write: 500,
  fsync: 150,
  fdatasync: 10,
  ftruncate: 6,
  rename: 14,
  mkdir: 60,
  link: 10,
  unlink: 3,
};

/** Each call as likely, and half of the kills in the first eighth: there schema, tokens and certificate are made. */
export function chooseCall(random: () => number): ChosenCall {
  const call = calls[Math.floor(random() * calls.length)]!;
  return { call, number: 1 + Math.floor(random() ** 3 * reach[call]) };
}

export interface ServerKill extends Found {
  readonly struck: Struck;
  /** Objects, files, tasks and endings of tasks that this server acknowledged. */
  readonly acknowledged: number;
}

/**
 * `kill -9` of the real server at a call, while clients write objects and files and run tasks; then a start upon what it
 * left, in which all tasks come to their end; then a look at everything.
 */
export async function killServer(
  directory: string,
  chosen: ChosenCall,
  options: { readonly owed: Owed; readonly forMs: number },
): Promise<ServerKill> {
  const owed = new Map(options.owed);
  const acknowledged = (thing: string, count: number): void => void owed.set(thing, count);
  const work = async (client: Client): Promise<void> => {
    await Promise.all([writeObjects(client, 4, acknowledged), runTasks(client, directory, acknowledged)]);
  };
  await mkdir(directory, { recursive: true });
  const struck = await killServerAtCall(directory, chosen, work, options.forMs);
  const { lost, wrong } = await startAndLookAtTasks(directory, owed);
  const things = new Map([...owed].filter(([thing]) => /^(project|file) /.test(thing)));
  const found = await serverWorkload.look(directory, things);
  return {
    struck,
    acknowledged: owed.size - options.owed.size,
    lost: found.lost + lost,
    wrong: [...found.wrong, ...wrong],
    there: new Map([...found.there, ...owed]),
  };
}

async function startAndLookAtTasks(directory: string, owed: Owed): ReturnType<typeof lookAtTasks> {
  const server = await startYunhe({ directory });
  try {
    return await lookAtTasks(server.client, directory, owed);
  } finally {
    const family = processesOf(directory);
    await server.kill();
    await rm(server.folder, { recursive: true, force: true });
    await until(
      "nothing that belongs to it is left running",
      () => processesOf(directory).length === 0 && family.every(isGone),
    );
  }
}
