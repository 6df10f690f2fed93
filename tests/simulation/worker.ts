import { defects } from "./defects/list.ts";
import { runSeed, type SeedReport } from "./run.ts";

/** What a worker process is asked: a run of seeds, with a deliberate defect or without. */
export interface Chunk {
  readonly from: number;
  readonly count: number;
  readonly defect?: string;
}

process.on("message", (chunk: Chunk) => {
  void work(chunk).then((reports) => process.send!(reports));
});

async function work({ from, count, defect }: Chunk): Promise<SeedReport[]> {
  const hooks = defects.find(({ id }) => id === defect)?.hooks;
  const reports: SeedReport[] = [];
  for (let seed = from; seed < from + count; seed += 1) {
    const report = await runSeed({ seed, hooks });
    reports.push(report);
    if (defect !== undefined && !report.ok) break;
  }
  return reports;
}
