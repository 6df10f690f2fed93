import { type History, readHistory } from "@yunhe/client";
import {
  exampleTrace,
  type FleetChange,
  nodesChange,
  queueChange,
  type Simulation,
  type SourceText,
} from "@yunhe/scheduler";
import { queryOptions } from "@tanstack/react-query";
import { yunhe } from "../../api/client.ts";
import { ToldError } from "../../ui/Problem.tsx";
import { whatIfWords as words } from "../../words/what-if.ts";
import type { Words } from "../../words/words.ts";

export type TasksFrom = "history" | "files" | "example";

/** One "what if" as a person writes it. */
export interface ChangeRow {
  readonly subject: "queue" | "node";
  readonly name: string;
  /** Of a queue: devices, cpus, memory, tasks, weight. */
  readonly what: string;
  readonly amount: string;
}

export interface WhatIfForm {
  readonly from: TasksFrom;
  readonly seed: string;
  readonly tasks: File | undefined;
  readonly fleet: File | undefined;
  readonly order: File | undefined;
  /** Use the pools and queues of this control plane for the tasks of a file. */
  readonly ownFleet: boolean;
  readonly policies: readonly string[];
  readonly changes: readonly ChangeRow[];
}

export const historyQuery = (project: string | undefined) =>
  queryOptions({
    queryKey: ["history", project ?? "*"],
    queryFn: ({ signal }) => readHistory(yunhe.transport, project, signal),
    staleTime: 30_000,
  });

/** What is to be simulated, every file read; throws what a person can understand. */
export async function simulationOf(form: WhatIfForm, history: () => Promise<History>): Promise<Simulation> {
  const { policies } = form;
  const changes = form.changes.map(changeOf);
  const named = { policies, changes };
  if (form.from === "example") return { format: "trace", ...exampleOf(form.seed), ...named };
  if (form.from === "history") {
    const { fleet, tasks } = await history();
    if (tasks.length === 0) throw told(words.noHistory, words.noHistoryDo);
    return { format: "trace", fleetJson: fleetText(fleet), tasks: tasksText(tasks), ...named };
  }
  const tasks = await textOf(needed(form.tasks, words.tasksFile));
  if (!isOpenb(tasks)) {
    const fleetJson = form.ownFleet
      ? fleetText((await history()).fleet)
      : await textOf(needed(form.fleet, words.fleetFile));
    return { format: "trace", fleetJson, tasks, ...named };
  }
  if (form.ownFleet || changes.length > 0) throw told(words.openbNeedsNodes, words.correctIt);
  const nodesCsv = await textOf(needed(form.fleet, words.fleetFile));
  const orderJsonl = form.order && (await textOf(form.order));
  return { format: "openb", nodesCsv, tasksCsv: tasks, ...(orderJsonl && { orderJsonl }), policies };
}

/** Tasks of openb have no times: they are told by a column that only they have. */
const isOpenb = ({ text }: SourceText): boolean => /\bgpu_milli\b/.test(text.slice(0, text.indexOf("\n")));

export function exampleOf(seed: string): ReturnType<typeof exampleTrace> {
  if (!/^\d{1,9}$/.test(seed)) throw told(words.badSeed, words.correctIt);
  return exampleTrace(Number(seed));
}

function changeOf({ subject, name, what, amount }: ChangeRow): FleetChange {
  const change = subject === "queue" ? queueChange(name, what, amount) : nodesChange(name, amount);
  if (!change || name === "") throw told(words.badChange, words.correctIt);
  return change;
}

function needed(file: File | undefined, name: Words): File {
  if (file) return file;
  throw told({ en: `${name.en}: ${words.choose.en}`, zh: `${name.zh}：${words.choose.zh}` }, words.correctIt);
}

/** A file as text, unpacked when it is gzip (RFC 1952, by its first two bytes). */
async function textOf(file: File): Promise<SourceText> {
  const head = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const isPacked = head[0] === 0x1f && head[1] === 0x8b;
  const stream = isPacked ? file.stream().pipeThrough(new DecompressionStream("gzip")) : file.stream();
  try {
    const bytes = await new Response(stream).arrayBuffer();
    return { file: file.name, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    throw told(
      { en: `${file.name}: ${words.noText.en}`, zh: `${file.name}：${words.noText.zh}` },
      words.correctIt,
    );
  }
}

const fleetText = (fleet: History["fleet"]): SourceText => ({
  file: "pools",
  text: JSON.stringify(fleet, null, 1),
});

const tasksText = (tasks: History["tasks"]): SourceText => ({
  file: "history",
  text: tasks.map((task) => JSON.stringify(task)).join("\n"),
});

const told = (what: Words, todo: Words): ToldError => new ToldError(what, todo);
