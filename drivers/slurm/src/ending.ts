import { constants } from "node:os";
import { words } from "@yunhe/kernel";
import type { Ending, Outcome, Usage } from "@yunhe/domain-compute/driver";
import type { Accounted, SlurmJob } from "./access/port.ts";
import type { Evidence } from "./evidence.ts";
import type { AttemptRecord } from "./record.ts";
import { reasonWords } from "./reasons.ts";

const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

/** slurmstepd says so when the polling gatherer or the kernel's cgroup ends a job for its memory. */
const memoryWords = /exceeded (job |step )?memory limit|oom.?kill|out of memory/i;

/**
 * How an attempt ended. What the supervisor saw is exact and comes first; Slurm's word counts where the supervisor has
 * none, or where only Slurm knows why. Undefined: not known yet.
 */
export function decideOutcome(evidence: Evidence, job: SlurmJob | undefined): Outcome | undefined {
  const { ended } = evidence.record;
  const outOfMemory = job?.state === "OUT_OF_MEMORY" || memoryWords.test(evidence.slurmOut);
  if (outOfMemory && ended?.exitStatus !== 0)
    return { type: "out-of-memory", limitBytes: evidence.job?.memoryBytes ?? 0 };
  if (ended !== undefined && ended.how !== "term") return recordedOutcome(evidence, ended);
  if (job === undefined) return undefined;
  return slurmOutcome(evidence, job) ?? (ended === undefined ? undefined : recordedOutcome(evidence, ended));
}

function recordedOutcome(evidence: Evidence, ended: NonNullable<AttemptRecord["ended"]>): Outcome {
  if (ended.how === "stopped") return stoppedOutcome(evidence);
  if (ended.how === "again") return forgottenOutcome;
  if (ended.how === "expired") return { type: "timed-out", limitMs: evidence.job?.timeLimitMs ?? 0 };
  if (ended.missing) return programMissing(evidence);
  if (ended.unstartable) return programUnstartable(evidence);
  if (ended.exitStatus === undefined) return { type: "signaled", signal: "SIGKILL" };
  const signal = signalNames.get(ended.exitStatus - 128);
  return ended.exitStatus > 128 && signal !== undefined && diedOf(signal, evidence)
    ? { type: "signaled", signal }
    : { type: "exited", exitCode: ended.exitStatus };
}

/** A controller that is killed forgets what it has not saved yet: jobs that it took, and that it has started others. */
export const forgottenOutcome: Outcome = {
  type: "node-lost",
  reason: words(
    "Slurm's controller was restarted and had forgotten the job or its start.",
    "Slurm 控制器重启后遗失了该作业或其启动记录。",
  ),
};

/** Shells say nothing of SIGINT and SIGPIPE, and bash nothing of SIGTERM: there the exit status alone must do. */
function diedOf(signal: string, { signalWords, record }: Evidence): boolean {
  if (signalWords || signal === "SIGINT" || signal === "SIGPIPE") return true;
  return signal === "SIGTERM" && record.started?.bash === true;
}

export function stoppedOutcome({ stop, job }: Pick<Evidence, "stop" | "job">): Outcome {
  if (stop?.why === "timed-out") return { type: "timed-out", limitMs: job?.timeLimitMs ?? 0 };
  if (stop?.why !== "preempted") return { type: "cancelled" };
  return {
    type: "preempted",
    reason: words(
      "Taken back: its place went to another task, or takes no tasks any more.",
      "已被收回：其位置已让给其他任务，或不再接收任务。",
    ),
  };
}

/** By the job's last state alone (squeue(1), "JOB STATE CODES"). */
function slurmOutcome(evidence: Evidence, job: SlurmJob): Outcome | undefined {
  const why = reasonWords(job.reason);
  switch (job.state) {
    case "TIMEOUT":
    case "DEADLINE":
      return { type: "timed-out", limitMs: evidence.job?.timeLimitMs ?? ranMs(job) };
    case "NODE_FAIL":
    case "BOOT_FAIL":
    case "LAUNCH_FAILED":
    case "RECONFIG_FAIL":
      return {
        type: "node-lost",
        reason: words(
          `Slurm lost the node ${job.node ?? ""} (${job.state}).`,
          `Slurm 失去了节点 ${job.node ?? ""}（${job.state}）。`,
        ),
      };
    case "PREEMPTED":
    case "REVOKED":
      return {
        type: "preempted",
        reason: words(
          "Slurm took it away for a job that comes before it.",
          "Slurm 为优先级更高的作业收回了它。",
        ),
      };
    case "CANCELLED":
      if (evidence.stop !== undefined) return stoppedOutcome(evidence);
      return {
        type: "preempted",
        reason: words(
          `Somebody else cancelled the job ${job.id} in Slurm, its user or an administrator.`,
          `作业 ${job.id} 在 Slurm 中被他人取消（其用户或管理员）。`,
        ),
      };
    case "FAILED":
      if (evidence.record.ended !== undefined) return undefined;
      // Signalled before its own record could be made.
      if (evidence.stop !== undefined) return stoppedOutcome(evidence);
      if (evidence.record.started !== undefined)
        return accountedOutcome(evidence, job) ?? { type: "signaled", signal: "SIGKILL" };
      return {
        type: "not-started",
        reason: words(
          `The batch script did not run on ${job.node ?? "its node"}: ${lastLine(evidence.slurmOut) || why.en} The node must see the pool's "workDirectory" at the same path.`,
          `批处理脚本未能在 ${job.node ?? "节点"} 上运行：${lastLine(evidence.slurmOut) || why.zh}。该节点必须能以相同路径访问资源池的 “workDirectory”。`,
        ),
      };
    default:
      return undefined;
  }
}

const ranMs = ({ startedAtMs, endedAtMs }: SlurmJob): number =>
  startedAtMs === undefined || endedAtMs === undefined ? 0 : endedAtMs - startedAtMs;

const lastLine = (text: string): string => text.trim().split("\n").at(-1) ?? "";

function programMissing({ job }: Evidence): Outcome {
  const program = job?.program ?? "";
  return {
    type: "not-started",
    reason: words(
      `There is no program "${program}" on the node that can be run: check its name and the task's PATH, or send it along as an input file with mode 755.`,
      `节点上找不到可执行的程序“${program}”：请检查其名称与任务的 PATH，或将其作为权限为 755 的输入文件随任务发送。`,
    ),
  };
}

function programUnstartable({ job }: Evidence): Outcome {
  const program = job?.program ?? "";
  return {
    type: "not-started",
    reason: words(
      `The program "${program}" could not be started: check the interpreter in its first line and that it is made for the node's architecture; the log has the node's words.`,
      `程序“${program}”无法启动：请检查其首行指定的解释器，以及它是否适用于该节点的架构；节点给出的原因见日志。`,
    ),
  };
}

export function endingOf(
  outcome: Outcome,
  evidence: Evidence,
  job: SlurmJob | undefined,
  nowMs: number,
): Ending {
  const { started, ended } = evidence.record;
  const startedAtMs = started?.firstAtMs ?? (outcome.type === "not-started" ? undefined : job?.startedAtMs);
  const endedAtMs = ended?.atMs ?? job?.endedAtMs ?? nowMs;
  return {
    outcome,
    startedAtMs,
    endedAtMs: Math.max(endedAtMs, startedAtMs ?? 0),
    node: started?.node ?? job?.node,
    usage: measuredMost(evidence.usage, job?.accounted),
  };
}

/** Who is killed takes what was used since the last sample along; Slurm hears of it from the kernel. */
function measuredMost(own: Usage, accounted: Accounted | undefined): Usage {
  if (accounted === undefined) return own;
  return {
    ...own,
    cpuCoreMs: Math.max(own.cpuCoreMs, accounted.cpuCoreMs),
    peakMemoryBytes: Math.max(own.peakMemoryBytes, accounted.peakMemoryBytes),
  };
}

/**
 * By the exit code that accounting keeps, of a program that is known to have begun: its end may be nowhere else, as when
 * the shared folder was full.
 */
export function accountedOutcome({ record }: Evidence, job: SlurmJob | undefined): Outcome | undefined {
  const accounted = job?.accounted;
  if (accounted === undefined || record.started === undefined) return undefined;
  if (accounted.signal > 0)
    return { type: "signaled", signal: signalNames.get(accounted.signal) ?? `signal ${accounted.signal}` };
  if (job?.state === "COMPLETED" || accounted.exitCode > 0)
    return { type: "exited", exitCode: accounted.exitCode };
  return undefined;
}
