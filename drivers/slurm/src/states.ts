/** Job states of squeue(1), "JOB STATE CODES", by what they mean for an attempt. */
const waiting = new Set([
  "PENDING",
  "CONFIGURING",
  "REQUEUED",
  "REQUEUE_FED",
  "REQUEUE_HOLD",
  "SPECIAL_EXIT",
  "RESV_DEL_HOLD",
]);
const running = new Set([
  "RUNNING",
  "COMPLETING",
  "SUSPENDED",
  "STOPPED",
  "SIGNALING",
  "STAGE_OUT",
  "RESIZING",
  "EXPEDITING",
  "POWER_UP_NODE",
  "UPDATE_DB",
]);
const ended = new Set([
  "COMPLETED",
  "FAILED",
  "CANCELLED",
  "TIMEOUT",
  "DEADLINE",
  "OUT_OF_MEMORY",
  "NODE_FAIL",
  "BOOT_FAIL",
  "PREEMPTED",
  "REVOKED",
  "LAUNCH_FAILED",
  "RECONFIG_FAIL",
]);

/** Undefined for a word that no version of Slurm known here uses: nothing is concluded from it. */
export function stageOf(state: string): "waiting" | "running" | "ended" | undefined {
  if (running.has(state)) return "running";
  if (waiting.has(state)) return "waiting";
  return ended.has(state) ? "ended" : undefined;
}
