import type { Words } from "@yunhe/kernel";

/** The questions and orders that the driver has for a Slurm controller, however it is reached. */
export interface SlurmAccess {
  cluster(signal: AbortSignal): Promise<Cluster>;
  nodes(signal: AbortSignal): Promise<readonly SlurmNode[]>;
  partitions(signal: AbortSignal): Promise<readonly SlurmPartition[]>;
  /**
   * Gives the job's id. Throws JobRefused when the controller said no; any other error leaves open whether it has the
   * job, since the answer may be what was lost.
   */
  submit(submission: Submission, signal: AbortSignal): Promise<string>;
  /** Our user's jobs whose name starts with `prefix`: those that wait or run, and those that the controller still remembers. */
  queue(prefix: string, signal: AbortSignal): Promise<readonly SlurmJob[]>;
  /** From accounting, by exact names; undefined where the cluster keeps none. */
  history(names: readonly string[], signal: AbortSignal): Promise<readonly SlurmJob[] | undefined>;
  /** Sends TERM to the batch script only; jobs that do not run are left alone. */
  terminate(jobs: readonly string[]): Promise<void>;
  /**
   * Ends jobs, waiting or running, by Slurm's own means (TERM, KillWait, KILL). Gone already is no error. `pending`: they
   * waited when last seen, and those that run by now are left alone where Slurm can tell.
   */
  cancel(jobs: readonly string[], only?: "pending"): Promise<void>;
  close(): Promise<void>;
}

export interface Cluster {
  /** `22.05.8` */
  readonly version: string;
  readonly name: string;
  /** The controller's clock when it answered; undefined where it does not say. */
  readonly nowMs: number | undefined;
  /** `scontrol show config`: names as Slurm writes them; empty where it cannot be asked (REST). */
  readonly settings: ReadonlyMap<string, string>;
}

export interface SlurmNode {
  readonly name: string;
  readonly architecture: string;
  readonly operatingSystem: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly diskMiB: number;
  /** Slurm's own words, such as `gpu:a100:4(S:0-1),shard:16`. */
  readonly gres: string;
  /** Base state and flags, upper case: `IDLE`, `DRAIN`, `NOT_RESPONDING`. */
  readonly states: readonly string[];
  readonly reason: string | undefined;
  readonly features: readonly string[];
  readonly partitions: readonly string[];
}

export interface SlurmPartition {
  readonly name: string;
  readonly isDefault: boolean;
  readonly up: boolean;
  /** Undefined: unlimited. */
  readonly maxMinutes: number | undefined;
  readonly nodes: string;
}

export interface Submission {
  readonly name: string;
  readonly comment: string;
  readonly script: string;
  /** Working directory and place of `slurm.out`. */
  readonly folder: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly minutes: number;
  readonly requeue: boolean;
  readonly node: string | undefined;
  /** `gpu:a100:2` or `shard:3`. */
  readonly gres: string | undefined;
  readonly partition: string | undefined;
  readonly account: string | undefined;
  readonly qos: string | undefined;
  readonly reservation: string | undefined;
  readonly constraint: string | undefined;
  /** Indexes of a job array, as `0-3,7`; its members write to `folder/INDEX.out`. */
  readonly array?: string;
}

export interface SlurmJob {
  /** `123`, or `123_4` for a member of an array. */
  readonly id: string;
  readonly name: string;
  /** `PENDING`, `RUNNING`, `COMPLETED` …, as in squeue(1) "JOB STATE CODES". */
  readonly state: string;
  /** Slurm's word for why it waits or failed. */
  readonly reason: string;
  readonly node: string | undefined;
  readonly startedAtMs: number | undefined;
  readonly endedAtMs: number | undefined;
  /** From accounting only. */
  readonly accounted?: Accounted;
}

/** What accounting keeps of a job that has ended, its steps included. */
export interface Accounted {
  /** Of the batch script; `signal` 0: it ended by itself. */
  readonly exitCode: number;
  readonly signal: number;
  readonly cpuCoreMs: number;
  /** The largest that was sampled of any step's resident memory. */
  readonly peakMemoryBytes: number;
}

export type Logger = { warn(words: Words): void };
