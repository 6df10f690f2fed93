import { z } from "zod";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { type Fleet, fleetSchema } from "../model/fleet.ts";
import { type TaskRequest, taskRequestSchema } from "../model/task.ts";
import { parseJson, pathOf } from "./arrivals.ts";
import { type CsvRow, parseCsv } from "./csv.ts";
import { type SourceText, TraceError, type TracePosition } from "./trace-error.ts";

/** A task with how long it runs once it has started. It arrives at `submittedAtMs`. */
export interface TracedTask {
  readonly task: TaskRequest;
  readonly durationMs: number;
}

const MIB = 2 ** 20;
const tracedTaskSchema = taskRequestSchema.extend({ durationMs: z.number().int().nonnegative() });

/** A fleet as JSON: `{ pools: […], nodes: […] }` in the form of `fleetSchema`. Names must be unique. */
export function parseFleet({ file, text }: SourceText, catalogue: Catalogue): Fleet {
  const parsed = fleetSchema.safeParse(parseJson(file, undefined, text));
  if (!parsed.success) throw invalid({ file }, parsed.error);
  const fleet = parsed.data;
  refuseRepeated(fleet.pools.map(({ id }, i) => [id, { file, column: `pools[${i}].id` }]));
  refuseRepeated(fleet.nodes.map(({ id }, i) => [id, { file, column: `nodes[${i}].id` }]));
  const pools = new Set<string>(fleet.pools.map(({ id }) => id));
  for (const [n, node] of fleet.nodes.entries()) {
    if (!pools.has(node.pool)) {
      const at = { file, column: `nodes[${n}].pool` };
      throw new TraceError(at, {
        en: `no pool is named "${node.pool}"`,
        zh: `没有名为“${node.pool}”的资源池`,
      });
    }
    for (const [d, { model }] of node.devices.entries()) {
      refuseUnknownModel({ file, column: `nodes[${n}].devices[${d}].model` }, model, catalogue);
    }
  }
  return fleet;
}

/**
 * Tasks as JSON Lines (one object per line: `taskRequestSchema` plus `durationMs`) or as CSV with a header. CSV columns:
 * `id, submitted_at_ms, duration_ms, cpu_milli, memory_mib` and, where wanted, `queue, priority, devices, share_milli,
 * device_memory_mib, models, capabilities, gang_size, gang_topology, jurisdictions, providers, regions, capacity`; lists
 * are separated by `|`.
 */
export function parseTrace(source: SourceText, catalogue: Catalogue): TracedTask[] {
  const lines = source.text.trimStart().startsWith("{") ? jsonLines(source) : csvLines(source);
  const tasks = lines.map(({ at, value }) => {
    const parsed = tracedTaskSchema.safeParse(value);
    if (!parsed.success) throw invalid(at, parsed.error);
    for (const model of parsed.data.devices?.models ?? []) {
      refuseUnknownModel({ ...at, column: "models" }, model, catalogue);
    }
    const { durationMs, ...task } = parsed.data;
    return {
      at,
      traced: { task: { ...task, expectedDurationMs: task.expectedDurationMs ?? durationMs }, durationMs },
    };
  });
  refuseRepeated(tasks.map(({ at, traced }) => [traced.task.id, { ...at, column: "id" }]));
  return tasks.map(({ traced }) => traced);
}

interface Line {
  readonly at: TracePosition;
  readonly value: unknown;
}

function jsonLines({ file, text }: SourceText): Line[] {
  return text.split("\n").flatMap((content, index) => {
    if (content.trim() === "") return [];
    return [{ at: { file, line: index + 1 }, value: parseJson(file, index + 1, content) }];
  });
}

const csvColumns = ["id", "submitted_at_ms", "duration_ms", "cpu_milli", "memory_mib"];

const csvLines = (source: SourceText): Line[] =>
  parseCsv(source, csvColumns).map((row) => ({
    at: { file: source.file, line: row.line },
    value: withoutUndefined({
      id: row.required("id"),
      queue: row.text("queue") || undefined,
      priority: row.optionalCount("priority"),
      capacity: row.text("capacity") || undefined,
      submittedAtMs: row.count("submitted_at_ms"),
      durationMs: row.count("duration_ms"),
      cpuMilli: row.count("cpu_milli"),
      memoryBytes: row.count("memory_mib") * MIB,
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

function invalid(at: TracePosition, error: z.ZodError): TraceError {
  const issue = error.issues[0]!;
  const column = pathOf(issue.path) || "(whole)";
  return new TraceError({ ...at, column }, { en: issue.message, zh: `内容无效：${issue.message}` });
}

function refuseRepeated(names: readonly (readonly [string, TracePosition])[]): void {
  const seen = new Set<string>();
  for (const [name, at] of names) {
    if (seen.has(name)) {
      throw new TraceError(at, {
        en: `"${name}" is there twice; names must be unique`,
        zh: `“${name}”重复；名称必须唯一`,
      });
    }
    seen.add(name);
  }
}

function refuseUnknownModel(at: TracePosition, name: string, catalogue: Catalogue): void {
  if (catalogue.find(name)) return;
  throw new TraceError(at, {
    en: `unknown device model "${name}"; add it to the catalogue or correct it`,
    zh: `未知的设备型号“${name}”；请加入型号目录或改正`,
  });
}
