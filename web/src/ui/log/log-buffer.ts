/** Lines of a log in blocks, so that only the last block changes while it grows. */
export interface LogBlock {
  /** Number of its first line, from 1. */
  readonly first: number;
  readonly lines: readonly string[];
}

export interface LogText {
  readonly blocks: readonly LogBlock[];
  readonly lines: number;
  readonly bytes: number;
  /** Lines at the beginning that were let go. */
  readonly dropped: number;
}

const blockLines = 200;

/** Takes a log as it comes and keeps the last `mostLines`. */
export class LogBuffer {
  readonly #mostLines: number;
  readonly #decoder = new TextDecoder();
  #blocks: LogBlock[] = [];
  #open: string[] = [];
  #rest = "";
  #bytes = 0;
  #dropped = 0;

  constructor(mostLines = 20_000) {
    this.#mostLines = mostLines;
  }

  get bytes(): number {
    return this.#bytes;
  }

  append(chunk: Uint8Array): void {
    this.#bytes += chunk.byteLength;
    const parts = (this.#rest + this.#decoder.decode(chunk, { stream: true })).split("\n");
    this.#rest = parts.pop() ?? "";
    for (const part of parts) this.#push(shownLine(part));
  }

  text(): LogText {
    const first = this.#firstOpen();
    const open = this.#rest === "" ? this.#open : [...this.#open, shownLine(this.#rest)];
    const blocks = open.length === 0 ? this.#blocks : [...this.#blocks, { first, lines: [...open] }];
    return {
      blocks: [...blocks],
      lines: first - 1 + open.length,
      bytes: this.#bytes,
      dropped: this.#dropped,
    };
  }

  #push(line: string): void {
    this.#open.push(line);
    if (this.#open.length < blockLines) return;
    this.#blocks.push({ first: this.#firstOpen(), lines: this.#open });
    this.#open = [];
    if (this.#blocks.length * blockLines <= this.#mostLines) return;
    this.#blocks.shift();
    this.#dropped += blockLines;
  }

  #firstOpen(): number {
    return this.#dropped + this.#blocks.length * blockLines + 1;
  }
}

/** What a terminal would show of a line: after a carriage return it is written over. */
function shownLine(line: string): string {
  const text = line.endsWith("\r") ? line.slice(0, -1) : line;
  return text.slice(text.lastIndexOf("\r") + 1);
}
