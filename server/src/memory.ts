import { performance } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Collect = (options: { type: "major"; flavor: "last-resort"; execution: "sync" }) => void;

const everyMs = 2000;
/** Below this share of the time the event loop counts as idle. */
const idleShare = 0.05;
/** So much more than after the last time must be resident for it to be worth a pause. */
const worthBytes = 32 * 2 ** 20;

/**
 * Gives memory back to the system when nothing happens: V8 keeps what a start or a burst has taken, which on a laptop
 * is more than what the server needs. Returns the function that ends it.
 */
export function returnMemoryWhenIdle(): () => void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as Collect;
  let before = performance.eventLoopUtilization();
  let keptBytes = 0;
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    if (utilization > idleShare || process.memoryUsage.rss() < keptBytes + worthBytes) return;
    collect({ type: "major", flavor: "last-resort", execution: "sync" });
    keptBytes = process.memoryUsage.rss();
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
