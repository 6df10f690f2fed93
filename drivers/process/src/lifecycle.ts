import { writeFileSync } from "node:fs";
import type { LiveAttempt } from "./attempt.ts";
import { notify, uptimeS } from "./engine.ts";
import type { Engine } from "./engine.ts";
import { barredMark, readJson, readStart, readStatus } from "./journal.ts";
import { killAll } from "./killing.ts";
import { bootId, supervisorLives } from "./process-table.ts";
import { settle, settleWithout } from "./settle.ts";
import { enforceStop, orderStop, timeLimitGraceMs } from "./stop.ts";
import type { StopOrder } from "./ending.ts";

/** Time between the supervisor's end and the conclusion that it will not say how the attempt ended. */
const lastWordMs = 300;
/** What runs on after its program ended is given this long before it is ended too. */
const leftoverMs = 500;

/** So many at once may start before a start is told late. */
const crowd = 4;
/** How late; sooner than an attempt that has not begun counts as waiting. */
const crowdNoticeMs = 250;

/**
 * A supervisor says that its attempt began or ended. Where many start at once, a start is looked at a little later:
 * most of those that are over by then are told once instead of twice, which leaves more of the machine to the tasks.
 */
export function takeHint(engine: Engine, attempt: LiveAttempt, step: string): void {
  if (step !== "started" || engine.starting.size <= crowd) inspect(engine, attempt);
  else engine.environment.clock.after(crowdNoticeMs, () => inspect(engine, attempt));
}

/**
 * Reads what the supervisor has written and moves the attempt on; called on every hint and once a sample period.
 * `gone`: its process is known to have ended.
 */
export function inspect(engine: Engine, attempt: LiveAttempt, gone = false): void {
  if (engine.closed || attempt.settling || attempt.job === undefined) return;
  const start = readStart(attempt.files);
  if (start.type === "barred") return;
  if (start.type === "none") {
    if (gone) neverBegan(engine, attempt);
    return;
  }
  const status = readStatus(attempt.files);
  const over = status.endedUptimeS !== undefined;
  if (attempt.supervisor === undefined) began(engine, attempt, start.supervisor, over);
  if (over) return void settle(engine, attempt);
  if (gone || !supervisorLives(start.supervisor)) return lost(engine, attempt);
  const sinceMs = engine.environment.clock.nowMs() - status.writtenAtMs;
  if (status.exitStatus !== undefined && sinceMs > leftoverMs && attempt.job.level !== "sandbox")
    void killAll(attempt);
}

function began(
  engine: Engine,
  attempt: LiveAttempt,
  supervisor: NonNullable<LiveAttempt["supervisor"]>,
  over: boolean,
): void {
  attempt.supervisor = supervisor;
  engine.starting.delete(attempt.id);
  attempt.meter.begin(supervisor.uptimeS);
  if (over) return;
  const stop = readJson<StopOrder>(attempt.files.stop);
  if (stop !== undefined) void enforceStop(engine, attempt, stop);
  else armTimeLimit(engine, attempt);
  notify(engine, attempt.id);
}

function armTimeLimit(engine: Engine, attempt: LiveAttempt): void {
  const limitMs = attempt.job?.timeLimitMs;
  if (limitMs === undefined) return;
  const leftMs = Math.max(0, limitMs - (uptimeS() - attempt.supervisor!.uptimeS) * 1000);
  // Timers hold 2^31 ms; a longer limit is looked at again then.
  attempt.disarm = engine.environment.clock.after(Math.min(leftMs, 2 ** 31 - 1), () => {
    if (leftMs > 2 ** 31 - 1) armTimeLimit(engine, attempt);
    else void orderStop(engine, attempt, { why: "timed-out", graceMs: timeLimitGraceMs });
  });
}

/** The supervisor ended before it took the attempt: nothing ran, and nothing will. */
function neverBegan(engine: Engine, attempt: LiveAttempt): void {
  try {
    writeFileSync(attempt.files.started, barredMark, { flag: "wx" });
  } catch {
    // Another supervisor has just taken it.
    return;
  }
  void settleWithout(engine, attempt, {
    type: "node-lost",
    reason: {
      en: "The attempt's supervisor ended before the attempt began.",
      zh: "该次尝试的监护进程在尝试开始之前就已结束。",
    },
  });
}

/** The supervisor is gone without its last word: killed by someone, or with its machine. */
function lost(engine: Engine, attempt: LiveAttempt): void {
  const nowMs = engine.environment.clock.monotonicMs();
  attempt.lostAtMs ??= nowMs;
  if (nowMs - attempt.lostAtMs < lastWordMs && attempt.supervisor?.bootId === bootId) {
    engine.environment.clock.after(lastWordMs, () => inspect(engine, attempt));
    return;
  }
  if (attempt.supervisor?.bootId !== bootId) {
    void settle(engine, attempt, {
      type: "node-lost",
      reason: { en: "The machine restarted while the attempt ran.", zh: "尝试运行期间本机重新启动。" },
    });
    return;
  }
  void killAll(attempt).then(() => settle(engine, attempt));
}
