import type { AttemptId, DeviceGrant, Ending, IsolationLevel } from "@yunhe/domain-compute/driver";
import type { Cgroup, CgroupLimits } from "./cgroups.ts";
import type { AttemptFiles, Supervisor } from "./journal.ts";
import type { Meter } from "./meter.ts";

/** What is kept of a job on disk: enough to adopt it, to end it and to collect from it. No secrets. */
export interface StoredJob {
  readonly title: string;
  readonly program: string;
  readonly level: IsolationLevel;
  readonly memoryBytes: number;
  readonly devices: readonly DeviceGrant[];
  /** The device of which it holds a part by MPS. */
  readonly sharedDevice?: string | undefined;
  readonly outputs: readonly string[];
  readonly timeLimitMs: number | undefined;
  readonly logLimitBytes: number;
  readonly cgroup: Cgroup | undefined;
  readonly cgroupLimits: CgroupLimits | undefined;
  readonly exactSignals: boolean;
  /** Started once more after a crash between preparing and starting: see {@link SupervisorPool}. */
  readonly argv: readonly string[];
  /** Where the launcher starts; a sandbox changes to its own working directory by itself. */
  readonly directory: string;
  /** The file of sandbox options that it was prepared with. */
  readonly system: string;
  readonly bootId: string;
  readonly preparedAtMs: number;
}

/** An attempt that has not ended, as the driver knows it. */
export interface LiveAttempt {
  readonly id: AttemptId;
  readonly files: AttemptFiles;
  readonly meter: Meter;
  /** Undefined while it is being prepared. */
  job: StoredJob | undefined;
  /** Undefined until the supervisor has begun. */
  supervisor: Supervisor | undefined;
  /** A submit in progress; others of the same attempt wait for it. */
  preparing: Promise<void> | undefined;
  /** Cancels the timer of the time limit or of the grace period. */
  disarm: (() => void) | undefined;
  readonly ended: PromiseWithResolvers<Ending>;
  settling: boolean;
  /** When the supervisor's end was first noticed without its last word. */
  lostAtMs: number | undefined;
}
