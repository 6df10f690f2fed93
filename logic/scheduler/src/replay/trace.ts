import { z } from "zod";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { type TaskRequest, taskRequestSchema } from "../model/task.ts";
import { type CsvRow, parseCsv } from "./csv.ts";
import { refuseRepeated, refuseUnknownModel } from "./fleet-file.ts";
import { firstIssue, JsonSource, pathOf } from "./json-source.ts";
import { type SourceText, TraceError, type TracePosition } from "./trace-error.ts";

/** A task with how long it runs once it has started. It arrives at `submittedAtMs`. */
export interface TracedTask {
  readonly task: TaskRequest;
  readonly project: string;
  readonly durationMs: number;
  /** It saves its state after each such span of run time; absent: never, and ending it early loses all it did. */
  readonly checkpointEveryMs: number | undefined;
}

const MIB = 2 ** 20;
const tracedTaskSchema = taskRequestSchema.extend({
  durationMs: z.number().int().nonnegative(),
  project: z.string().min(1).default("default"),
  checkpointEveryMs: z.number().int().positive().optional(),
});

/**
 * Tasks as JSON Lines (one object per line: `taskRequestSchema` plus `durationMs`, `project`, `checkpointEveryMs`) or as
 * CSV with a header. CSV columns: `id, submitted_at_ms, duration_ms, cpu_milli, memory_mib` and, where wanted, `queue,
 * project, priority, preemptible, expected_ms, checkpoint_every_ms, capacity, devices, share_milli, device_memory_mib,
 * models, capabilities, gang_size, gang_topology, jurisdictions, providers, regions`; lists are separated by `|`.
 * Queues, where there are any to choose from, must be known. Throws a `TraceError`.
 */
export function parseTrace(
  source: SourceText,
  catalogue: Catalogue,
  queues?: ReadonlySet<string>,
): TracedTask[] {
  const lines = source.text.trimStart().startsWith("{") ? jsonLines(source) : csvLines(source);
  const tasks = lines.map(({ at, value, columnOf }): TracedTask => {
    const parsed = tracedTaskSchema.safeParse(value);
    if (!parsed.success) {
      const { path, words } = firstIssue(tracedTaskSchema, value, parsed.error);
      throw new TraceError({ ...at, column: columnOf(path) }, words);
    }
    const { durationMs, project, checkpointEveryMs, ...task } = parsed.data;
    for (const model of task.devices?.models ?? [])
      refuseUnknownModel(() => ({ ...at, column: columnOf(["devices", "models"]) }), model, catalogue);
    refuseUnknownQueue({ ...at, column: columnOf(["queue"]) }, task.queue, queues);
    return { task, project, durationMs, checkpointEveryMs };
  });
  refuseRepeated(tasks.map(({ task }, i) => [task.id, () => ({ ...lines[i]!.at, column: "id" })]));
  return tasks;
}

interface Line {
  readonly at: TracePosition;
  readonly value: unknown;
  /** The column of a field of the task. */
  readonly columnOf: (path: readonly PropertyKey[]) => string;
}

function jsonLines({ file, text }: SourceText): Line[] {
  return text.split("\n").flatMap((content, index) => {
    if (content.trim() === "") return [];
    const { value } = new JsonSource({ file, text: content }, index + 1);
    return [{ at: { file, line: index + 1 }, value, columnOf: (path) => pathOf(path) || "1" }];
  });
}

const required = ["id", "submitted_at_ms", "duration_ms", "cpu_milli", "memory_mib"];
const optional =
  "queue project priority preemptible expected_ms checkpoint_every_ms capacity devices share_milli device_memory_mib models capabilities gang_size gang_topology jurisdictions providers regions".split(
    " ",
  );
const columnOfField: Readonly<Record<string, string>> = {
  submittedAtMs: "submitted_at_ms",
  durationMs: "duration_ms",
  expectedDurationMs: "expected_ms",
  checkpointEveryMs: "checkpoint_every_ms",
  cpuMilli: "cpu_milli",
  memoryBytes: "memory_mib",
  "devices.count": "devices",
  "devices.shareMilli": "share_milli",
  "devices.memoryBytes": "device_memory_mib",
  "devices.models": "models",
  "devices.capabilities": "capabilities",
  "gang.size": "gang_size",
  "gang.topology": "gang_topology",
};

/** Lists are one column, so the first one or two steps of the path say which. */
const csvColumn = (path: readonly PropertyKey[]): string => {
  const two = path.slice(0, 2).filter((key) => typeof key === "string");
  return columnOfField[two.join(".")] ?? columnOfField[two[0] ?? ""] ?? two.at(-1) ?? "id";
};

const csvLines = (source: SourceText): Line[] =>
  parseCsv(source, required, [...required, ...optional]).map((row) => ({
    at: { file: source.file, line: row.line },
    columnOf: csvColumn,
    value: withoutUndefined({
      id: row.required("id"),
      queue: row.text("queue") || undefined,
      project: row.text("project") || undefined,
      priority: row.optionalInteger("priority"),
      preemptible: row.flag("preemptible"),
      capacity: row.text("capacity") || undefined,
      submittedAtMs: row.count("submitted_at_ms"),
      durationMs: row.count("duration_ms"),
      expectedDurationMs: row.optionalCount("expected_ms"),
      checkpointEveryMs: row.optionalCount("checkpoint_every_ms"),
      cpuMilli: row.count("cpu_milli"),
      memoryBytes: row.count("memory_mib", Number.MAX_SAFE_INTEGER / MIB) * MIB,
      devices: csvDevices(row),
      gang: csvGang(row),
      constraints: csvConstraints(row),
    }),
  }));

function csvDevices(row: CsvRow): unknown {
  const count = row.optionalCount("devices") ?? 0;
  if (count === 0) return undefined;
  const memoryMib = row.optionalCount("device_memory_mib");
  return withoutUndefined({
    count,
    shareMilli: row.optionalCount("share_milli"),
    memoryBytes: memoryMib === undefined ? undefined : memoryMib * MIB,
    models: row.list("models"),
    capabilities: row.list("capabilities"),
  });
}

function csvGang(row: CsvRow): unknown {
  const size = row.optionalCount("gang_size");
  return size === undefined
    ? undefined
    : withoutUndefined({ size, topology: row.text("gang_topology") || undefined });
}

function csvConstraints(row: CsvRow): unknown {
  const [jurisdictions, providers, regions] = ["jurisdictions", "providers", "regions"].map((name) =>
    row.list(name),
  );
  return jurisdictions || providers || regions
    ? withoutUndefined({ jurisdictions, providers, regions })
    : undefined;
}

const withoutUndefined = (value: Readonly<Record<string, unknown>>): unknown =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));

function refuseUnknownQueue(at: TracePosition, name: string, queues: ReadonlySet<string> | undefined): void {
  if (queues === undefined || queues.has(name)) return;
  const there = [...queues].join(", ");
  throw new TraceError(at, {
    en: `the fleet file has no queue "${name}"; it has ${there || "none"}`,
    zh: `资源池文件中没有队列“${name}”；已有：${there || "无"}`,
  });
}
