/** What Slurm did of its own accord, from its daemons' logs. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A node that is given a job which runs there already, or ran there before its controller forgot it, cancels it:
 * jobs as the driver's handles name them.
 */
export function cancelledBySlurm(folder: string): ReadonlySet<string> {
  const logs = readdirSync(join(folder, "log")).filter((name) => name.endsWith(".log"));
  const text = logs.map((name) => readFileSync(join(folder, "log", name), "utf8")).join("\n");
  const members = new Map(
    [...text.matchAll(/JobId=(\d+_\d+)\((\d+)\)/g)].map(([, member, id]) => [id!, member!]),
  );
  const found = text.matchAll(/Could not launch job (\d+) and not able to requeue it, cancelling job/g);
  return new Set([...found].map(([, id]) => `slurm:${members.get(id!) ?? id!}`));
}
