import type { AttemptId, AttemptRef, CancelReason } from "@yunhe/domain-compute/driver";
import { changed, track } from "./engine.ts";
import type { Engine } from "./engine.ts";
import { readEvidence } from "./evidence.ts";
import type { Evidence } from "./evidence.ts";
import { liveJobs } from "./queue-view.ts";
import { stageOf } from "./states.ts";

/** What the supervisor gets beyond the grace period before Slurm itself ends the job. */
const slackMs = 10_000;

/**
 * The order is left in the attempt's folder, where its supervisor looks, and a job that starts later finds it too; what
 * comes to be handed over later finds it as well, and is not (T5). Then Slurm is told: a waiting job goes at once; the
 * supervisor of a running one gets TERM. Whoever does not end in time is ended by Slurm. Calling it again goes on where
 * it stands. Only jobs that the queue shows under the attempt's own name are touched: a controller that was killed gives
 * the ids it has forgotten to other jobs.
 */
export async function cancel(
  engine: Engine,
  { id }: AttemptRef,
  { graceMs, why }: { readonly graceMs: number; readonly why: CancelReason },
): Promise<void> {
  const tracked = track(engine, id);
  await engine.ready();
  const { clock } = engine.environment;
  if (tracked.stop === undefined && tracked.ending === undefined) {
    const evidence = (await readEvidence(engine, [id])).get(id)!;
    const isOver = evidence.ending !== undefined || evidence.record.ended !== undefined;
    const grace = Math.ceil(graceMs / 100) / 10;
    if (evidence.stop === undefined && !isOver) await leaveOrder(engine, id, evidence, `${grace} ${why}\n`);
    if (evidence.job !== undefined) tracked.stop = { atMs: clock.monotonicMs(), graceMs };
  }
  const jobs = liveJobs(await engine.queue.look(tracked.changedAtMs), id);
  const live = jobs.map((job) => job.id);
  if (live.length === 0) return;
  const { stop } = tracked;
  const overdue = stop === undefined || clock.monotonicMs() - stop.atMs > stop.graceMs + slackMs;
  if (overdue) await engine.access.cancel(live);
  else {
    const waiting = jobs.filter(({ state }) => stageOf(state) === "waiting").map((job) => job.id);
    await engine.access.cancel(waiting, "pending");
    await engine.access.terminate(live);
  }
  changed(engine, id);
}

/**
 * An attempt that was never handed over has no folder. It is made here, exclusively as by a submission, with the order
 * alone in it: a submission that comes first goes on and its supervisor finds the order, one that comes later stops.
 */
async function leaveOrder({ files }: Engine, id: AttemptId, { job }: Evidence, text: string): Promise<void> {
  const order = { type: "text", path: "stop", text, mode: 0o600 } as const;
  const isMade = job === undefined && (await files.place(id, [order], false));
  if (!isMade) await files.write(id, "stop", text);
}
