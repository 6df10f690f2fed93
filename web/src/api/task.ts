import type { AnyResource } from "@yunhe/kernel";

export type TaskPhase =
  | "Waiting"
  | "Starting"
  | "Running"
  | "Cancelling"
  | "Succeeded"
  | "Failed"
  | "Cancelled";

export const taskPhases: readonly TaskPhase[] = [
  "Waiting",
  "Starting",
  "Running",
  "Cancelling",
  "Succeeded",
  "Failed",
  "Cancelled",
];

export interface ArrayCounts {
  readonly total: number;
  readonly created: number;
  readonly waiting: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly cancelled: number;
}

export interface OutputFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** Why a task is where it is, or why it waits: what the scheduler looked at. */
export interface Explanation {
  readonly candidates?: number;
  readonly feasible?: number;
  readonly excluded?: readonly {
    readonly level?: string;
    readonly reason?: string;
    readonly words?: { readonly en: string; readonly zh: string };
    readonly nodes: number;
  }[];
  readonly ranked?: readonly {
    readonly node: string;
    readonly total: number;
    readonly parts?: readonly {
      readonly scorer: string;
      readonly weight: number;
      readonly score: number;
      readonly note?: { readonly en: string; readonly zh: string };
    }[];
  }[];
  readonly couldEverStart?: boolean;
  /** Changes, each of which alone would let it start. */
  readonly help?: readonly { readonly en: string; readonly zh: string }[];
  readonly queue?: string;
  readonly position?: number;
  /** Tasks that wait in the queue. */
  readonly waiting?: number;
  /** Absent: nobody knows when it starts. */
  readonly estimate?: { readonly startsAt: string };
}

export interface Accelerators {
  readonly count?: number;
  readonly models?: readonly string[];
  readonly shareMilli?: number;
  readonly memory?: number | string;
}

/** As much of a task as the pages look at. */
export interface Task extends AnyResource {
  readonly spec: {
    readonly command: readonly string[];
    readonly queue: string;
    readonly priority: number;
    readonly after: readonly string[];
    readonly array?: { readonly count: number; readonly parallelism?: number };
    readonly resources: {
      readonly cpus: number | string;
      readonly memory: number | string;
      readonly accelerators?: Accelerators;
    };
    readonly inputs: readonly { readonly path: string; readonly sha256?: string }[];
    readonly outputs: readonly string[];
    readonly retries: { readonly limit: number };
    readonly timeout?: number | string;
    readonly cancelled: boolean;
  };
  readonly status?: {
    readonly phase: TaskPhase;
    readonly reason?: string;
    readonly message?: string;
    readonly messageZh?: string;
    readonly attempts: number;
    readonly currentAttempt?: string;
    readonly lastAttempt?: string;
    readonly pool?: string;
    readonly node?: string;
    readonly exitCode?: number;
    readonly signal?: string;
    readonly startedAt?: string;
    readonly endedAt?: string;
    readonly notBefore?: string;
    readonly isolation?: string;
    readonly outputs?: readonly OutputFile[];
    readonly array?: ArrayCounts;
    readonly explanation?: Explanation;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message: string;
      readonly messageZh?: string;
    }[];
  };
}

export interface Attempt extends AnyResource {
  readonly spec: {
    readonly task: string;
    readonly number: number;
    readonly pool: string;
    readonly node: string;
    readonly end?: string;
    readonly grant: {
      readonly cpuMilli: number;
      readonly memoryBytes: number;
      readonly devices: readonly {
        readonly id: string;
        readonly model: string;
        readonly shareMilli: number;
      }[];
    };
  };
  readonly status?: {
    readonly phase: "Placed" | "Submitted" | "Running" | "Ended";
    readonly submittedAt?: string;
    readonly startedAt?: string;
    readonly endedAt?: string;
    readonly outcome?: { readonly type: string; readonly exitCode?: number; readonly signal?: string };
    readonly usage?: { readonly peakMemoryBytes: number };
  };
}

export interface UsageAmounts {
  readonly cpuCoreSeconds: number;
  readonly memoryByteSeconds: number;
  readonly deviceShareSeconds: number;
}

export interface UsageRecord extends AnyResource {
  readonly spec: {
    readonly attempt: string;
    readonly sequence: number;
    readonly startMs: number;
    readonly endMs: number;
    readonly final: boolean;
    readonly grantedAmounts: UsageAmounts;
    readonly usedAmounts: UsageAmounts;
  };
}

export const arrayLabel = "compute.yunhe.dev/array";
export const taskLabel = "compute.yunhe.dev/task";

/** A task that the server has not looked at yet waits. */
export const phaseOf = (task: Task): TaskPhase => task.status?.phase ?? "Waiting";

export const isOver = (task: Task): boolean => ["Succeeded", "Failed", "Cancelled"].includes(phaseOf(task));

/** As one would type it: arguments with spaces in quotes. */
export const commandLine = (command: readonly string[]): string =>
  command
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(" ");
