import type { AttemptRef, CancelReason } from "@yunhe/domain-compute/driver";
import { changed, jobIdOf, track } from "./engine.ts";
import type { Engine } from "./engine.ts";
import { readEvidence } from "./evidence.ts";
import { stageOf } from "./states.ts";

/** What the supervisor gets beyond the grace period before Slurm itself ends the job. */
const slackMs = 10_000;

/**
 * The order is left in the attempt's folder, where its supervisor looks, and a job that starts later finds it too (T5).
 * Then Slurm is told: a waiting job goes at once; the supervisor of a running one gets TERM. Whoever does not end in
 * time is ended by Slurm. Calling it again goes on where it stands.
 */
export async function cancel(
  engine: Engine,
  { id, handle }: AttemptRef,
  { graceMs, why }: { readonly graceMs: number; readonly why: CancelReason },
): Promise<void> {
  const tracked = track(engine, id);
  if (tracked.ending !== undefined) return;
  await engine.ready();
  const { clock } = engine.environment;
  if (tracked.stop === undefined) {
    const evidence = (await readEvidence(engine.files, [id])).get(id)!;
    if (evidence.ending !== undefined || evidence.record.ended !== undefined) return;
    const grace = Math.ceil(graceMs / 100) / 10;
    if (evidence.stop === undefined) await engine.files.write(id, "stop", `${grace} ${why}\n`);
    if (evidence.job !== undefined) tracked.stop = { atMs: clock.monotonicMs(), graceMs };
  }
  const job = (await engine.queue.look(tracked.changedAtMs)).jobs.get(id);
  const jobId = job?.id ?? jobIdOf(handle);
  if (jobId === undefined || (job !== undefined && stageOf(job.state) === "ended")) return;
  const { stop } = tracked;
  const overdue = stop === undefined || clock.monotonicMs() - stop.atMs > stop.graceMs + slackMs;
  if (overdue) await engine.access.cancel([jobId]);
  else {
    await engine.access.cancel([jobId], "pending");
    await engine.access.terminate([jobId]);
  }
  changed(engine, id);
}
