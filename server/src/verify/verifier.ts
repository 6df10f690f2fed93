import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Clock } from "@yunhe/kernel";
import { writeDurably } from "../files/durable.ts";
import type { StoreVerdict } from "./examine.ts";

export interface Verification extends Omit<StoreVerdict, "findings"> {
  readonly startedAtMs: number;
  readonly tookMs: number;
  /** By whom: `user:ada`. */
  readonly actor: string;
  /** The first ones; `broken` of each promise counts all. */
  readonly findings: StoreVerdict["findings"];
}

const shownFindings = 200;

/** Verifies the running server's store and keeps the last result beside it. One at a time: who asks meanwhile waits for it. */
export class Verifier {
  readonly #database: string;
  readonly #file: string;
  readonly #clock: Clock;
  #running: Promise<Verification> | undefined;

  constructor(directory: string, clock: Clock) {
    this.#database = join(directory, "yunhe.db");
    this.#file = join(directory, "verified.json");
    this.#clock = clock;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Undefined: never verified, or what was kept of it cannot be read. */
  async last(): Promise<Verification | undefined> {
    try {
      return JSON.parse(await readFile(this.#file, "utf8")) as Verification;
    } catch {
      return undefined;
    }
  }

  run(actor: string): Promise<Verification> {
    return (this.#running ??= this.#run(actor).finally(() => {
      this.#running = undefined;
    }));
  }

  async #run(actor: string): Promise<Verification> {
    const startedAtMs = this.#clock.nowMs();
    const verdict = await examineAside(this.#database);
    const tookMs = Math.max(0, this.#clock.nowMs() - startedAtMs);
    const findings = verdict.findings.slice(0, shownFindings);
    const verification = { ...verdict, findings, startedAtMs, tookMs, actor };
    await writeDurably(this.#file, JSON.stringify(verification));
    return verification;
  }
}

function examineAside(path: string): Promise<StoreVerdict> {
  // Released packages carry JavaScript, a checkout TypeScript.
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const file = new URL(`./verify-worker.${extension}`, import.meta.url);
  return new Promise((resolve, reject) => {
    const worker = new Worker(file, { workerData: { path }, execArgv: [] });
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", () =>
      reject(new Error("The thread that verifies the store ended without a result.")),
    );
  });
}
