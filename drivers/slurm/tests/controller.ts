import { systemEnvironment, words } from "@yunhe/kernel";
import { JobRefused } from "@yunhe/domain-compute/driver";
import type { SlurmAccess, SlurmJob, Submission } from "../src/access/port.ts";
import { Arrays } from "../src/arrays.ts";
import type { Engine } from "../src/engine.ts";
import { localFiles } from "../src/files/local.ts";
import { HandOver } from "../src/hand-over.ts";
import { parseSlurmConfig } from "../src/index.ts";
import { QueueView } from "../src/queue-view.ts";

const prefix = "yunhe.test.";

/** A controller that gives ids in order, and forgets when it is told to. */
export class Controller {
  jobs: SlurmJob[] = [];
  readonly ended: string[] = [];
  /** What it was given, also what it refused. */
  readonly given: Submission[] = [];
  refuses = false;
  nextId = 5;

  access(): SlurmAccess {
    const nothing = (): Promise<never> => Promise.reject(new Error("not asked here"));
    return {
      cluster: nothing,
      nodes: nothing,
      partitions: nothing,
      submit: (submission) => {
        this.given.push(submission);
        const { name } = submission;
        if (this.refuses) return Promise.reject(new JobRefused(words("No.", "不行。")));
        const id = String(this.nextId++);
        this.add(id, name.slice(prefix.length), "PENDING");
        return Promise.resolve(id);
      },
      queue: () => Promise.resolve([...this.jobs]),
      history: () => Promise.resolve(undefined),
      terminate: () => Promise.resolve(),
      cancel: (jobs, only) => {
        const meant = this.jobs.filter(
          ({ id, state }) => jobs.includes(id) && (!only || state === "PENDING"),
        );
        this.ended.push(...meant.map(({ id }) => id));
        this.jobs = this.jobs.filter((job) => !meant.includes(job));
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    };
  }

  add(id: string, attempt: string, state: string): void {
    const times = { startedAtMs: state === "PENDING" ? undefined : 1, endedAtMs: undefined };
    this.jobs.push({ id, name: prefix + attempt, state, reason: "None", node: "n1", ...times });
  }

  forget(): void {
    this.jobs = [];
    this.nextId = 5;
  }
}

/** One control plane's driver on the folder that all share. */
export function openEngine(folder: string, controller: Controller): Engine {
  const environment = systemEnvironment();
  const access = controller.access();
  const files = localFiles(folder, "test");
  const arrays = new Arrays(files);
  return {
    config: parseSlurmConfig({ workDirectory: folder }),
    environment,
    logger: { warn: () => undefined },
    access,
    files,
    storage: { root: folder },
    prefix,
    arrays,
    queue: new QueueView({ access, arrays, prefix }, environment.clock, 0),
    handOver: new HandOver({ access, files, arrays, environment, prefix }),
    tracked: new Map(),
    submitting: new Map(),
    listeners: new Set(),
    ready: () => Promise.resolve({ partition: undefined, arrayLimit: 1001 }),
  };
}
