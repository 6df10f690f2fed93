import { createHash } from "node:crypto";

/**
 * What happened, in order. Two runs of one seed have the same digest; a run that differs by one byte has another one.
 */
export class Trace {
  readonly #hash = createHash("sha256");
  readonly #kept: string[] | undefined;
  readonly #now: () => number;
  lines = 0;

  /** `keep`: hold the lines, to show them to a person. */
  constructor(now: () => number, keep: boolean) {
    this.#now = now;
    this.#kept = keep ? [] : undefined;
  }

  note(text: string): void {
    this.lines += 1;
    const line = `${this.#now().toFixed(3)} ${text}`;
    this.#hash.update(`${line}\n`);
    this.#kept?.push(line);
  }

  digest(): string {
    return this.#hash.copy().digest("hex");
  }

  get kept(): readonly string[] {
    return this.#kept ?? [];
  }
}
