import { Worker } from "node:worker_threads";
import type { ObjectKey } from "@yunhe/kernel";
import type { FromWorker, Outcome } from "./messages.ts";
import type { Step, WorkOrder } from "./work.ts";

/** One computation in a thread of its own: it never holds up the server, and ending the thread ends it. */
export interface Run {
  readonly uid: string;
  readonly key: ObjectKey;
  step: Step;
  progress: number;
  outcome: Outcome | undefined;
}

/** The file that Node runs: TypeScript in a checkout, JavaScript in a release. */
const workerFile = new URL(`./worker.${import.meta.url.endsWith(".ts") ? "ts" : "js"}`, import.meta.url);

export class Runner {
  readonly #runs = new Map<string, { run: Run; worker: Worker }>();
  #wake: (key: ObjectKey) => void = () => undefined;

  /** Told of every run that ends. */
  onEnd(wake: (key: ObjectKey) => void): () => void {
    this.#wake = wake;
    return () => (this.#wake = () => undefined);
  }

  get(uid: string): Run | undefined {
    return this.#runs.get(uid)?.run;
  }

  /** Runs of one object, whatever its uid: a deleted object is known by its key alone. */
  of({ namespace, name }: ObjectKey): Run[] {
    return [...this.#runs.values()]
      .map(({ run }) => run)
      .filter(({ key }) => key.namespace === namespace && key.name === name);
  }

  get running(): number {
    return [...this.#runs.values()].filter(({ run }) => run.outcome === undefined).length;
  }

  start(uid: string, key: ObjectKey, order: WorkOrder): Run {
    const run: Run = { uid, key, step: "scores", progress: 0, outcome: undefined };
    const worker = new Worker(workerFile, { workerData: order, name: `evaluation ${key.name}` });
    const end = (outcome: Outcome): void => {
      if (run.outcome !== undefined || !this.#runs.has(uid)) return;
      run.outcome = outcome;
      this.#wake(key);
    };
    worker.on("message", (message: FromWorker) => {
      if (message.type === "progress") Object.assign(run, { step: message.step, progress: message.progress });
      else end(message);
    });
    worker.on("error", (error) =>
      end({ type: "broken", message: error instanceof Error ? error.message : String(error) }),
    );
    worker.on("exit", (code) => end({ type: "broken", message: `the thread ended with code ${code}` }));
    this.#runs.set(uid, { run, worker });
    return run;
  }

  /** Ends the run, if any, and forgets it. */
  async stop(uid: string): Promise<void> {
    const found = this.#runs.get(uid);
    if (!found) return;
    this.#runs.delete(uid);
    await found.worker.terminate();
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#runs.keys()].map((uid) => this.stop(uid)));
  }
}
