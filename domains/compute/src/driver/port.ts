import type { Words } from "@yunhe/kernel";

/**
 * What the compute domain needs of an engine. One folder in `drivers/` per engine, each passing `conformance.ts`.
 * An engine runs jobs; one job is one attempt of one task, known by its {@link AttemptId} for ever.
 */
export interface Driver {
  /** `process`, `slurm`, `kubernetes`. */
  readonly engine: string;

  /** Where a folder must lie so that the engine's nodes see it; absent: any folder of this host will do. */
  readonly storage?: Storage;

  /** How many attempts are worth handing over at once; absent: the caller's own number. */
  readonly together?: number;
  /** A job waits for any node, whichever it was granted: the engine has the last word. Absent: it waits for that one. */
  readonly choosesNodes?: true;

  /** What exists: nodes, devices, what the engine can enforce. Throws {@link EngineUnreachable} when it cannot be asked. */
  facts(signal: AbortSignal): Promise<EngineFacts>;

  /**
   * Hands one attempt to the engine. Idempotent by attempt identity: a second submit of an attempt that the engine
   * already has, running or finished, changes nothing and gives the same handle (invariant T2). When it throws
   * {@link JobRefused} the engine has not taken the job and never will; any other error means "unknown": ask again
   * with the same attempt.
   */
  submit(job: Job, signal: AbortSignal): Promise<JobHandle>;

  /** The state of these attempts, one answer each, in bulk. Never throws for one job: `unknown` says it could not be read (E2). */
  observe(attempts: readonly AttemptRef[], signal: AbortSignal): Promise<readonly Observation[]>;

  /** Calls back soon after an attempt's state may have changed, so that nobody has to poll; a hint, never the truth. */
  watch?(onChange: (attempt: AttemptId) => void): () => void;

  /**
   * Ends an attempt and everything it started: TERM, then KILL after `graceMs`. Gone already counts as done. It bars the
   * attempt too: a submission of it that is still on its way, or a second copy of one, starts nothing when it arrives,
   * so that what is then observed as absent stays absent (E2, T5).
   */
  cancel(
    attempt: AttemptRef,
    options: { readonly graceMs: number; readonly why: CancelReason },
  ): Promise<void>;

  /** The log (stdout and stderr in order of arrival) from a byte on; with `follow` until the attempt ends. */
  logs(attempt: AttemptRef, options: LogOptions): AsyncIterable<Uint8Array>;

  /** Output files of a finished attempt that match the job's `outputs`. Paths are relative to the working directory. */
  outputs(attempt: AttemptRef, signal: AbortSignal): AsyncIterable<OutputFile>;

  /** Every job on the engine that carries our owner label: to adopt it, or to end it as an orphan (E1). */
  list(signal: AbortSignal): Promise<readonly EngineJob[]>;

  /** Frees what the engine keeps of a finished attempt (files, sandbox, accounting); idempotent. */
  forget(attempt: AttemptRef): Promise<void>;

  /** Lets go of the engine; jobs go on running. */
  close(): Promise<void>;
}

export interface Storage {
  /** Absolute path of a folder on the nodes' file system that is ours alone; may not exist yet. */
  readonly root: string;
  /** How `rsync` on this host gets there; absent: it is mounted here at the same path. */
  readonly remote?: {
    /** Program and options of the remote shell, as `rsync --rsh` takes them. */
    readonly shell: readonly [string, ...string[]];
    /** `user@host`, as the remote shell takes it. */
    readonly host: string;
  };
}

/** Uid of the Attempt object: `^[a-z0-9-]{1,63}$`, safe as a file name and a job name. */
export type AttemptId = string & { readonly __attempt: unique symbol };

export interface AttemptRef {
  readonly id: AttemptId;
  /** What `submit` gave; undefined when its answer was lost. */
  readonly handle: JobHandle | undefined;
}

/** The engine's own name for the job (process id and start time, Slurm job id, pod uid); text that only the driver reads. */
export type JobHandle = string & { readonly __handle: unique symbol };

export interface Job {
  readonly attempt: AttemptId;
  /** For people and for the engine's own lists: `project/task#2`. */
  readonly title: string;
  readonly project: string;
  readonly task: string;
  /** Position in an array; undefined outside of one. */
  readonly index: number | undefined;
  /** Name of the array that the task is a member of; members of one array ask for the same but for their place. */
  readonly array?: string | undefined;
  /** Program and arguments; never seen by a shell. */
  readonly command: readonly [string, ...string[]];
  /** Added to the scrubbed environment; values may hold any character but NUL. */
  readonly environment: Readonly<Record<string, string>>;
  /** Variables that hold a path, given relative to the attempt's working directory; the program finds it absolute. */
  readonly pathVariables?: Readonly<Record<string, string>>;
  /** Relative to the attempt's working directory; "" is that directory itself. */
  readonly workingDirectory: string;
  readonly inputs: readonly InputFile[];
  /** Relative paths or globs (`*`, `**`, `?`) of files to keep. */
  readonly outputs: readonly string[];
  readonly volumes: readonly VolumeMount[];
  readonly grant: Grant;
  readonly network: boolean;
  /** The least isolation the task accepts; a driver that cannot give it refuses. */
  readonly isolation: IsolationLevel;
  /** The engine ends the job by itself after this long, where it can. */
  readonly timeLimitMs: number | undefined;
  readonly logLimitBytes: number;
  /** An OCI image, where the engine runs containers. */
  readonly image: string | undefined;
}

export interface InputFile {
  /** Relative to the working directory; never leaves it. */
  readonly path: string;
  readonly mode: number;
  /** A file on this host that holds the content. */
  readonly source: string;
}

export interface VolumeMount {
  readonly volume: string;
  /** The volume's folder on the node. */
  readonly source: string;
  /** Relative: inside the working directory. Engines that can also mount anywhere take an absolute path. */
  readonly mountPath: string;
  readonly readOnly: boolean;
}

export interface OutputFile {
  readonly path: string;
  readonly bytes: number;
  readonly mode: number;
  read(): AsyncIterable<Uint8Array>;
}

export interface LogOptions {
  readonly follow: boolean;
  readonly fromByte: number;
  readonly signal: AbortSignal;
}

/** What a job may use; decided by the scheduler, enforced by the engine as far as it can. */
export interface Grant {
  /** The engine's name of the node; undefined: the engine chooses. */
  readonly node: string | undefined;
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly devices: readonly DeviceGrant[];
}

export interface DeviceGrant {
  /** The device's id on its node: a UUID for NVIDIA, `simulated-3` for a simulated one. */
  readonly id: string;
  readonly model: string;
  /** Thousandths of the device's compute, 1..1000. */
  readonly shareMilli: number;
  readonly memoryBytes: number;
}

/**
 * From weak to strong. `process`: own session, scrubbed environment, kill of the whole tree. `limits`: also rlimits and,
 * where writable, cgroups. `sandbox`: also read-only system, private /tmp, own pid and network namespaces. `container`:
 * an OCI image.
 */
export const isolationLevels = ["process", "limits", "sandbox", "container"] as const;
export type IsolationLevel = (typeof isolationLevels)[number];

export interface EngineFacts {
  /** Version and build of the engine, for people. */
  readonly version: string;
  readonly nodes: readonly NodeFacts[];
  /** Levels that a canary really ran at. */
  readonly isolation: readonly IsolationLevel[];
  /** Which parts of a grant are enforced, not only counted. */
  readonly enforces: readonly (
    | "cpu"
    | "memory"
    | "pids"
    | "device-visibility"
    | "device-share"
    | "time-limit"
  )[];
  /** Things an operator should know: a missing tool, a clock that is off. */
  readonly warnings: readonly Words[];
}

export interface NodeFacts {
  readonly name: string;
  readonly architecture: string;
  readonly operatingSystem: string;
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly devices: readonly DeviceFacts[];
  readonly ready: boolean;
  /** Why not, in the engine's terms. */
  readonly reason?: Words;
  readonly labels: Readonly<Record<string, string>>;
}

export interface DeviceFacts {
  readonly id: string;
  /** NVIDIA, AMD, Huawei … as the catalogue names them. */
  readonly vendor: string;
  readonly model: string;
  readonly memoryBytes: number;
  readonly healthy: boolean;
  readonly simulated: boolean;
  readonly driverVersion?: string;
  /** Whether a share of it is a bound and not only counted; absent: what the engine says in `enforces`. */
  readonly enforcesShares?: boolean;
}

/** What was really used since the attempt started; totals only grow. */
export interface Usage {
  readonly cpuCoreMs: number;
  readonly memoryByteSeconds: number;
  readonly peakMemoryBytes: number;
  /** Measured device time in thousandths of a device × ms, where the engine can measure it. */
  readonly deviceShareMs?: number | undefined;
}

export type Observation = { readonly attempt: AttemptId } & (
  | { readonly state: "queued"; readonly reason: Words }
  | { readonly state: "running"; readonly startedAtMs: number; readonly node: string; readonly usage: Usage }
  | ({ readonly state: "ended" } & Ending)
  /** The engine was asked and has never heard of it (neither queue nor accounting). */
  | { readonly state: "absent" }
  /** The engine could not be asked, or does not know yet. Nothing may be concluded (E2). */
  | { readonly state: "unknown"; readonly reason: Words }
);

export interface Ending {
  readonly outcome: Outcome;
  /** Undefined when it never ran. */
  readonly startedAtMs: number | undefined;
  readonly endedAtMs: number;
  readonly node: string | undefined;
  readonly usage: Usage;
}

export type Outcome =
  | { readonly type: "exited"; readonly exitCode: number }
  | { readonly type: "signaled"; readonly signal: string }
  | { readonly type: "out-of-memory"; readonly limitBytes: number }
  | { readonly type: "timed-out"; readonly limitMs: number }
  | { readonly type: "cancelled" }
  /**
   * It could not be started: no such program, input missing, sandbox refused. Not retried: it would fail again. With
   * `elsewhere` only this pool cannot: another one is tried.
   */
  | { readonly type: "not-started"; readonly reason: Words; readonly elsewhere?: boolean | undefined }
  /** The engine took it away; a retry does not count against the task. */
  | { readonly type: "preempted"; readonly reason: Words }
  | { readonly type: "node-lost"; readonly reason: Words };

export type CancelReason = "cancelled" | "timed-out" | "preempted" | "orphan";

export interface EngineJob {
  readonly attempt: AttemptId;
  readonly handle: JobHandle;
  readonly live: boolean;
}

/** The engine refuses the job for good: another try of the same attempt cannot succeed. */
export class JobRefused extends Error {
  override readonly name = "JobRefused";
  readonly words: Words;
  /** Only this engine cannot take it (no capacity, account or partition for it): another pool may. */
  readonly elsewhere: boolean;
  constructor(words: Words, options?: ErrorOptions & { readonly elsewhere?: boolean }) {
    super(words.en, options);
    this.words = words;
    this.elsewhere = options?.elsewhere ?? false;
  }
}

/** The engine cannot be asked now; nothing is known about its jobs. */
export class EngineUnreachable extends Error {
  override readonly name = "EngineUnreachable";
  readonly words: Words;
  constructor(words: Words, options?: ErrorOptions) {
    super(words.en, options);
    this.words = words;
  }
}
