import type { FleetChange } from "@yunhe/scheduler";
import { type CommandError, usageError } from "../command/errors.ts";

const GIB = 2 ** 30;

/** What a queue counts, in the units people write: cores, GiB, devices. */
const resources: Readonly<Record<string, { readonly resource: string; readonly unit: number }>> = {
  tasks: { resource: "tasks", unit: 1 },
  cpus: { resource: "cpuMilli", unit: 1000 },
  memory: { resource: "memoryBytes", unit: GIB },
  devices: { resource: "*", unit: 1 },
};

/** `queue=A,devices=+20,weight=2` and `node=n1,more=4`; anything else of a queue is a device model. */
export const changesOf = (given: readonly string[]): FleetChange[] => given.flatMap(changesIn);

function changesIn(text: string): FleetChange[] {
  const parts = text.split(",").map((part) => {
    const [, name, value] = /^\s*([^=]+?)\s*=\s*(.+?)\s*$/.exec(part) ?? [];
    if (name === undefined || value === undefined) throw unreadable(text);
    return { name, value };
  });
  const [subject, ...rest] = parts;
  if (rest.length === 0) throw unreadable(text);
  if (subject!.name === "queue")
    return rest.map(({ name, value }) => queueChange(subject!.value, name, value, text));
  if (subject!.name !== "node") throw unreadable(text);
  return rest.map(({ name, value }) => {
    const more = Number(value);
    if (name !== "more" || !Number.isSafeInteger(more) || more < 1 || more > 100_000) throw unreadable(text);
    return { kind: "nodes", like: subject!.value, more };
  });
}

function queueChange(queue: string, name: string, value: string, text: string): FleetChange {
  const amount = Number(value);
  if (!/^[+-]?\d+(\.\d+)?$/.test(value)) throw unreadable(text);
  if (name === "weight") {
    if (amount <= 0 || /^[+-]/.test(value)) throw unreadable(text);
    return { kind: "weight", queue, weight: amount };
  }
  const { resource, unit } = resources[name] ?? { resource: name, unit: 1 };
  const how = /^[+-]/.test(value) ? "add" : "set";
  return { kind: "quota", queue, resource, how, amount: amount * unit };
}

const unreadable = (text: string): CommandError =>
  usageError(
    `--change ${text} cannot be read: write queue=NAME,devices=+20 (or cpus, memory in GiB, tasks, a device model, weight) or node=NAME,more=4.`,
    `无法理解 --change ${text}：请写作 queue=名称,devices=+20（或 cpus、以 GiB 计的 memory、tasks、设备型号、weight），或 node=名称,more=4。`,
  );
