import type { Finding } from "@yunhe/evaluation";
import type { Answer, Ask, FromWorker, ToWorker, Topic } from "./questions.ts";

/** The library's refusal, in both languages. */
export class Refused extends Error {
  readonly words: { readonly en: string; readonly zh: string };
  constructor(findings: readonly Finding[]) {
    const join = (language: "en" | "zh"): string =>
      findings.map(({ message }) => message[language]).join("\n");
    super(join("en"));
    this.words = { en: join("en"), zh: join("zh") };
  }
}

interface Waiting {
  readonly resolve: (answer: Answer<Topic>) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: (part: number) => void;
}

/** An evaluation open in a thread of the browser: asked one thing after another, ended at once. */
export class Workbench {
  readonly #worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;

  constructor(bundle: unknown) {
    this.#worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => this.#hear(data));
    this.#worker.addEventListener("error", ({ message }) => this.#end(new Error(message)));
    this.#send({ type: "open", bundle });
  }

  ask<T extends Topic>(
    topic: T,
    question: Ask<T>,
    onProgress: (part: number) => void = () => undefined,
  ): Promise<Answer<T>> {
    const id = (this.#asked += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, onProgress });
      this.#send({ type: "ask", id, topic, question });
    });
  }

  /** What was asked and not answered is given up. */
  close(): void {
    this.#worker.terminate();
    this.#end(new DOMException("The workbench was closed.", "AbortError"));
  }

  #send(message: ToWorker): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
    this.#worker.postMessage(message);
  }

  #hear(message: FromWorker): void {
    const waiting = this.#waiting.get(message.id);
    if (!waiting) return;
    if (message.type === "progress") return waiting.onProgress(message.part);
    this.#waiting.delete(message.id);
    if (message.type === "answer") waiting.resolve(message.answer);
    else
      waiting.reject(message.type === "refused" ? new Refused(message.findings) : new Error(message.message));
  }

  #end(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
