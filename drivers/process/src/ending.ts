import { constants } from "node:os";
import { closeSync, openSync, readSync } from "node:fs";
import type { CancelReason, Outcome } from "@yunhe/domain-compute/driver";
import type { StatusRecord } from "./journal.ts";

/** Content of `stop.json`. */
export interface StopOrder {
  readonly why: CancelReason | "out-of-memory";
  readonly graceMs: number;
  /** Seconds since boot when it was given. */
  readonly uptimeS: number;
}

export interface EndingFacts {
  readonly status: StatusRecord;
  readonly stop: StopOrder | undefined;
  readonly outOfMemory: boolean;
  readonly memoryLimitBytes: number;
  readonly timeLimitMs: number | undefined;
  readonly program: string;
  /** The first words of the log: what the sandbox said when it did not start. */
  readonly logHead: string;
  /** The shell words a death by signal, so that exit status 137 without words is a true one. */
  readonly exactSignals: boolean;
}

const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

export function decideOutcome(facts: EndingFacts): Outcome {
  const { status, stop } = facts;
  if (facts.outOfMemory && status.exitStatus !== 0)
    return { type: "out-of-memory", limitBytes: facts.memoryLimitBytes };
  if (stop !== undefined) return stoppedOutcome(stop, facts);
  if (!status.began) return notBegun(facts);
  if (status.missing) return programMissing(facts.program);
  if (status.unstartable) return programUnstartable(facts);
  if (status.exitStatus === undefined) return { type: "signaled", signal: "SIGKILL" };
  const signal = signalNames.get(status.exitStatus - 128);
  const died =
    status.exitStatus > 128 &&
    signal !== undefined &&
    (status.signalWords !== undefined || !facts.exactSignals);
  return died ? { type: "signaled", signal } : { type: "exited", exitCode: status.exitStatus };
}

function stoppedOutcome(stop: StopOrder, facts: EndingFacts): Outcome {
  switch (stop.why) {
    case "timed-out":
      return { type: "timed-out", limitMs: facts.timeLimitMs ?? 0 };
    case "out-of-memory":
      return { type: "out-of-memory", limitBytes: facts.memoryLimitBytes };
    case "preempted":
      return {
        type: "preempted",
        reason: {
          en: "Taken back: its place went to another task, or takes no tasks any more.",
          zh: "已被收回：其位置已让给其他任务，或不再接收任务。",
        },
      };
    case "cancelled":
    case "orphan":
      return { type: "cancelled" };
    default:
      return stop.why satisfies never;
  }
}

function notBegun(facts: EndingFacts): Outcome {
  const said = facts.status.cgroup === undefined ? facts.logHead.trim() : `cgroup ${facts.status.cgroup}`;
  return {
    type: "not-started",
    reason: {
      en: `The sandbox could not be started: ${said || "it was ended before it began"}.`,
      zh: `沙箱无法启动：${said || "在开始之前就已结束"}。`,
    },
  };
}

function programMissing(program: string): Outcome {
  return {
    type: "not-started",
    reason: {
      en: `There is no program "${program}" that can be run: check its name and the task's PATH, or send it along as an input file with mode 755.`,
      zh: `找不到可执行的程序“${program}”：请检查其名称与任务的 PATH，或将其作为权限为 755 的输入文件随任务发送。`,
    },
  };
}

function programUnstartable(facts: EndingFacts): Outcome {
  const said = facts.logHead.trim().split("\n").at(-1) ?? "";
  return {
    type: "not-started",
    reason: {
      en: `The program "${facts.program}" could not be started (${said}): check the interpreter in its first line and that it is made for this machine.`,
      zh: `程序“${facts.program}”无法启动（${said}）：请检查其首行指定的解释器，以及它是否适用于本机。`,
    },
  };
}

export function logHead(file: string): string {
  const buffer = Buffer.alloc(2048);
  try {
    const descriptor = openSync(file, "r");
    try {
      return buffer.toString("utf8", 0, readSync(descriptor, buffer));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return "";
  }
}
