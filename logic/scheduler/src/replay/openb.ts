import type { Catalogue } from "../catalogue/catalogue.ts";
import { type Fleet, nodeId, poolId, poolSchema } from "../model/fleet.ts";
import { taskId, type TaskRequest, WHOLE_DEVICE_MILLI } from "../model/task.ts";
import { type CsvRow, parseCsv } from "./csv.ts";
import { type SourceText, TraceError } from "./trace-error.ts";

const MIB = 2 ** 20;
const POOL = poolId("openb");

/**
 * The node list of Alibaba's openb trace: `sn, cpu_milli, memory_mib, gpu, model`. One pool; nodes sorted by name, as
 * rank files count them.
 */
export function parseOpenbNodes(source: SourceText, catalogue: Catalogue): Fleet {
  const rows = parseCsv(source, ["sn", "cpu_milli", "memory_mib", "gpu", "model"]);
  refuseRepeated(rows, "sn");
  const nodes = byName(rows, "sn").map((row) => {
    const count = row.count("gpu", 1024);
    const devices =
      count > 0 ? [{ model: knownModel(row, "model", row.required("model"), catalogue), count }] : [];
    return {
      id: nodeId(row.required("sn")),
      pool: POOL,
      cpuMilli: row.count("cpu_milli"),
      memoryBytes: row.count("memory_mib", Number.MAX_SAFE_INTEGER / MIB) * MIB,
      devices,
      labels: {},
      state: "schedulable" as const,
    };
  });
  return { pools: [poolSchema.parse({ id: POOL })], nodes };
}

/**
 * A pod list of the trace: `name, cpu_milli, memory_mib, num_gpu, gpu_milli` and, where present, `gpu_spec` (allowed
 * models between `|`). Times are ignored. Sorted by name, as order files count them.
 */
export function parseOpenbTasks(source: SourceText, catalogue: Catalogue): TaskRequest[] {
  const rows = parseCsv(source, ["name", "cpu_milli", "memory_mib", "num_gpu", "gpu_milli"]);
  refuseRepeated(rows, "name");
  return byName(rows, "name").map((row) => ({
    id: taskId(row.required("name")),
    queue: "default",
    priority: 0,
    submittedAtMs: 0,
    preemptible: false,
    capacity: "on-demand",
    cpuMilli: row.count("cpu_milli"),
    memoryBytes: row.count("memory_mib", Number.MAX_SAFE_INTEGER / MIB) * MIB,
    ...openbDevices(row, catalogue),
  }));
}

function openbDevices(row: CsvRow, catalogue: Catalogue): Pick<TaskRequest, "devices"> {
  const count = row.count("num_gpu", 1024);
  const shareMilli = row.count("gpu_milli", WHOLE_DEVICE_MILLI);
  if (count === 0) return {};
  if (shareMilli === 0) {
    throw new TraceError(row.at("gpu_milli"), {
      en: "a task that asks for devices needs a share of at least 1",
      zh: "请求设备的任务份额至少为 1",
    });
  }
  const models = row.list("gpu_spec")?.map((name) => knownModel(row, "gpu_spec", name, catalogue));
  return { devices: { count, shareMilli, ...(models && { models }) } };
}

function knownModel(row: CsvRow, column: string, name: string, catalogue: Catalogue): string {
  if (catalogue.find(name)) return name;
  throw new TraceError(row.at(column), {
    en: `unknown device model "${name}"; add it to the catalogue or correct it`,
    zh: `未知的设备型号“${name}”；请加入型号目录或改正`,
  });
}

function refuseRepeated(rows: readonly CsvRow[], column: string): void {
  const lineOf = new Map<string, number>();
  for (const row of rows) {
    const name = row.required(column);
    const earlier = lineOf.get(name);
    if (earlier !== undefined) {
      throw new TraceError(row.at(column), {
        en: `"${name}" is already on line ${earlier}; names must be unique`,
        zh: `“${name}”已出现在第 ${earlier} 行；名称必须唯一`,
      });
    }
    lineOf.set(name, row.line);
  }
}

const byName = (rows: readonly CsvRow[], column: string): CsvRow[] =>
  rows.toSorted((a, b) => (a.text(column) < b.text(column) ? -1 : 1));
