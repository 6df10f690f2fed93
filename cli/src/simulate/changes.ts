import { type FleetChange, nodesChange, queueChange } from "@yunhe/scheduler";
import { type CommandError, usageError } from "../command/errors.ts";

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
  return rest.map(({ name, value }) => {
    const of = subject!.value;
    const change =
      subject!.name === "queue"
        ? queueChange(of, name, value)
        : subject!.name === "node" && name === "more"
          ? nodesChange(of, value)
          : undefined;
    if (!change) throw unreadable(text);
    return change;
  });
}

const unreadable = (text: string): CommandError =>
  usageError(
    `--change ${text} cannot be read: write queue=NAME,devices=+20 (or cpus, memory in GiB, tasks, a device model, weight) or node=NAME,more=4.`,
    `无法理解 --change ${text}：请写作 queue=名称,devices=+20（或 cpus、以 GiB 计的 memory、tasks、设备型号、weight），或 node=名称,more=4。`,
  );
