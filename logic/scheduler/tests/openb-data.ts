import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { SourceText } from "../src/index.ts";

/** The published traces and results, which lie beside the project and are no part of it. */
const root = join(import.meta.dirname, "../../../../shared/data");
export const skipWithoutTraces = existsSync(join(root, "openb"))
  ? false
  : "the openb traces are not beside the project";

const source = (file: string): SourceText => ({ file, text: readFileSync(join(root, file), "utf8") });
export const openbNodes = (): SourceText => source("openb/openb_node_list_gpu_node.csv");
export const openbTasks = (trace: string): SourceText => source(`openb/openb_pod_list_${trace}.csv`);

/** The gpuspec traces arrive in the order of the default one. */
export function openbOrders(trace: string): SourceText {
  const file = `openb-orders/${trace.startsWith("gpuspec") ? "default" : trace}.jsonl.gz`;
  return { file, text: gunzipSync(readFileSync(join(root, file))).toString() };
}

/** Published allocation in percent by `${trace} ${seed} ${policy} ${arrived percent}`. */
export function publishedAllocations(): Map<string, number> {
  const [header, ...rows] = source("openb-expected/analysis_allo_discrete.csv").text.trim().split("\n");
  const columns = header!.split(",");
  const published = new Map<string, number>();
  for (const row of rows) {
    const [workload, policy, , seed, , ...values] = row.split(",");
    const trace = workload!.replace("openb_pod_list_", "");
    for (const [i, value] of values.entries()) {
      published.set(`${trace} ${seed} ${policy!.slice(3)} ${columns[i + 5]}`, Number(value));
    }
  }
  return published;
}

export const publishedNames = {
  fgd: "FGD",
  "best-fit": "BestFit",
  "dot-product": "DotProd",
  "gpu-packing": "GpuPacking",
  "gpu-clustering": "GpuClustering",
} as const;

export const traces = [
  "default",
  "cpu050",
  "cpu200",
  "cpu250",
  "gpushare40",
  "gpushare100",
  "multigpu20",
  "multigpu50",
  "gpuspec10",
  "gpuspec33",
] as const;
