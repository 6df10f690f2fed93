import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { SeedReport } from "./run.ts";
import type { Chunk } from "./worker.ts";

/** Worker processes that run seeds; one per core is the most that helps. */
export class Crowd {
  readonly #idle: ChildProcess[];
  readonly #waiting: ((worker: ChildProcess) => void)[] = [];
  readonly #all: readonly ChildProcess[];

  constructor(size: number) {
    const file = join(import.meta.dirname, "worker.ts");
    this.#all = Array.from({ length: size }, () =>
      fork(file, { execArgv: ["--disable-warning=ExperimentalWarning"] }),
    );
    this.#idle = [...this.#all];
  }

  async run(chunk: Chunk): Promise<readonly SeedReport[]> {
    const worker = this.#idle.pop() ?? (await new Promise<ChildProcess>((take) => this.#waiting.push(take)));
    try {
      return await new Promise<readonly SeedReport[]>((resolve, reject) => {
        const died = (code: number | null): void =>
          reject(new Error(`a worker ended with ${code} at seed ${chunk.from}`));
        worker.once("exit", died);
        worker.once("message", (reports: readonly SeedReport[]) => {
          worker.off("exit", died);
          resolve(reports);
        });
        worker.send(chunk);
      });
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#idle.push(worker);
      else next(worker);
    }
  }

  close(): void {
    for (const worker of this.#all) worker.disconnect();
  }
}
