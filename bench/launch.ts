/**
 * Launch: how long from "accepted" to "running" for one trivial task, and how many trivial tasks a second pass
 * through a queue of 16 slots, sandbox and all, beside the plain spawn of the same commands.
 *
 *     node tools/node.mjs bench/launch.ts [TASKS]
 */
import { spawn } from "node:child_process";
import type { KindAddress } from "@yunhe/client";
import { startServerProcess } from "./server-process.ts";

const tasks: KindAddress = { group: "compute.yunhe.dev", version: "v1", plural: "tasks", namespaced: true };
const queues: KindAddress = {
  group: "compute.yunhe.dev",
  version: "v1",
  plural: "queues",
  namespaced: false,
};
const count = Number(process.argv[2] ?? 2000);
const slots = 16;

interface Task {
  readonly metadata: { readonly name: string; readonly resourceVersion: string };
  readonly status?: { readonly phase: string };
}

const task = (name: string, queue: string, array?: number) => ({
  apiVersion: "compute.yunhe.dev/v1",
  kind: "Task",
  metadata: { name },
  spec: {
    command: ["true"],
    queue,
    resources: { cpus: "50m", memory: "16Mi" },
    ...(array ? { array: { count: array } } : {}),
  },
});

const server = await startServerProcess({ args: ["--no-console"] });
const resources = server.client.resources<Task>(tasks);
await server.client.resources(queues).create(undefined, {
  apiVersion: "compute.yunhe.dev/v1",
  kind: "Queue",
  metadata: { name: "slots" },
  spec: { quota: { tasks: slots } },
});
await new Promise((resolve) => setTimeout(resolve, 1500));

const latencies: number[] = [];
for (let i = 0; i < 60; i++) {
  const created = await resources.create("default", task(`one-${i}`, "default"));
  const accepted = performance.now();
  for await (const event of resources.watch({
    namespace: "default",
    fieldSelector: `metadata.name=one-${i}`,
    resourceVersion: created.metadata.resourceVersion,
  })) {
    if (event.type === "BOOKMARK") continue;
    if (["Running", "Succeeded"].includes(event.object.status?.phase ?? "")) break;
  }
  latencies.push(performance.now() - accepted);
}
latencies.sort((a, b) => a - b);

const started = performance.now();
await resources.create("default", task("many", "slots", count));
let done = 0;
for (;;) {
  const { status } = (await resources.get("default", "many")) as {
    status?: { phase: string; array?: { succeeded: number } };
  };
  done = status?.array?.succeeded ?? 0;
  if (status?.phase === "Succeeded" || status?.phase === "Failed") break;
  await new Promise((resolve) => setTimeout(resolve, 100));
}
const throughTasks = (count * 1000) / (performance.now() - started);
const residentMib = server.residentKib() / 1024;
await server.stop();

async function plainSpawns(): Promise<number> {
  const from = performance.now();
  let left = count;
  const worker = async (): Promise<void> => {
    while (left-- > 0)
      await new Promise((resolve) => spawn("true", { stdio: "ignore" }).once("exit", resolve));
  };
  await Promise.all(Array.from({ length: slots }, worker));
  return (count * 1000) / (performance.now() - from);
}
const plain = await plainSpawns();

console.log(
  `accepted → running: p50 ${latencies[30]!.toFixed(1)} ms, p90 ${latencies[54]!.toFixed(1)} ms (target p50 ≤ 60 ms)`,
);
console.log(
  `${done} of ${count} trivial tasks through ${slots} slots: ${throughTasks.toFixed(0)} tasks/s (target ≥ 100)`,
);
console.log(
  `plain spawn of the same commands, ${slots} at once: ${plain.toFixed(0)}/s, ratio ${(throughTasks / plain).toFixed(3)}`,
);
console.log(`resident afterwards: ${residentMib.toFixed(0)} MiB`);
