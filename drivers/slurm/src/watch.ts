import { words } from "@yunhe/kernel";
import type { AttemptId } from "@yunhe/domain-compute/driver";
import type { Engine } from "./engine.ts";
import type { Look } from "./queue-view.ts";

/** Looks at the queue while somebody listens, and tells of attempts whose state is another one than before. */
export function startWatching(engine: Engine): () => void {
  let before: Look["jobs"] = new Map();
  let failing = false;
  let stopped = false;
  let cancelTimer: (() => void) | undefined;
  const round = async (): Promise<void> => {
    if (engine.listeners.size > 0 && engine.tracked.size > 0) {
      try {
        const { jobs } = await engine.queue.look(-Infinity);
        if (jobs !== before) tellChanges(engine, before, jobs);
        before = jobs;
        failing = false;
      } catch (error) {
        if (!failing)
          engine.logger.warn(
            words(
              `The Slurm queue cannot be read: ${String(error)}`,
              `无法读取 Slurm 队列：${String(error)}`,
            ),
          );
        failing = true;
      }
    }
    if (!stopped) schedule();
  };
  const schedule = (): void => {
    cancelTimer = engine.environment.clock.after(engine.config.pollMs, () => void round());
  };
  schedule();
  return () => {
    stopped = true;
    cancelTimer?.();
  };
}

function tellChanges(engine: Engine, before: Look["jobs"], now: Look["jobs"]): void {
  const tell = (id: AttemptId): void => {
    for (const listener of engine.listeners) listener(id);
  };
  for (const [id, job] of now) {
    const old = before.get(id);
    if (old === undefined || old.state !== job.state || old.reason !== job.reason) tell(id);
  }
  for (const id of before.keys()) if (!now.has(id)) tell(id);
}
