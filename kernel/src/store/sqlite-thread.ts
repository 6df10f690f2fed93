import { Worker } from "node:worker_threads";
import { busy, storageFull } from "./refusals.ts";
import type { Command, Reply, Request } from "./sqlite-worker.ts";

/** https://sqlite.org/rescode.html: primary result codes are the low byte. */
const resultCodes = { busy: 5, full: 13 };

class SqliteError extends Error {
  override readonly name = "SqliteError";
}

/** A thread that runs {@link Command}s one after the other. It keeps the process alive only while one is running. */
export class SqliteThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: unknown) => void }
  >();
  readonly ready: Promise<unknown>;
  #next = 0;
  #ended: Error | undefined;

  constructor(path: string) {
    // Released packages carry JavaScript, a checkout TypeScript.
    const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
    const file = new URL(`./sqlite-worker.${extension}`, import.meta.url);
    // Flags of the process (--input-type, --test) are not for this thread.
    this.#worker = new Worker(file, { workerData: { path }, execArgv: [] });
    this.ready = this.#expect();
    this.#worker.on("message", (reply: Reply) => this.#settle(reply));
    this.#worker.on("error", (error: Error) => this.#end(error));
    this.#worker.on("exit", () => this.#end(new Error("the database thread has ended")));
  }

  run(command: Command): Promise<unknown> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const id = this.#next;
    const done = this.#expect();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.#worker.postMessage({ id, command } satisfies Request);
    return done;
  }

  async close(): Promise<void> {
    if (this.#ended === undefined) await this.run({ type: "close" });
    await this.#worker.terminate();
  }

  #expect(): Promise<unknown> {
    const id = this.#next;
    this.#next += 1;
    this.#worker.ref();
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #settle({ id, value, error }: Reply): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(refusalOf(error));
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** Full and busy leave everything as it was; whatever else goes wrong with a disk is not to be trusted again. */
function refusalOf({ message, code }: NonNullable<Reply["error"]>): Error {
  const error = new SqliteError(`${message} (SQLite result code ${code})`);
  if ((code & 0xff) === resultCodes.full) return storageFull(error);
  if ((code & 0xff) === resultCodes.busy) return busy(error);
  return error;
}
