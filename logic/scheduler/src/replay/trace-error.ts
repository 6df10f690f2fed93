import type { Words } from "../engine/reasons.ts";

/** A text to read and the name that errors give it. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
}

/** Where in a trace something is wrong: line from 1; the column is a header's name, a path, or a character from 1. */
export interface TracePosition {
  readonly file: string;
  readonly line?: number;
  readonly column?: string;
}

/** A trace that cannot be read; nothing of it was run. */
export class TraceError extends Error {
  override readonly name = "TraceError";
  readonly position: TracePosition;
  readonly words: Words;

  constructor(position: TracePosition, words: Words) {
    const line = position.line === undefined ? "" : `:${position.line}`;
    const column = position.column === undefined ? "" : ` (column ${position.column})`;
    super(`${position.file}${line}${column}: ${words.en}`);
    this.position = position;
    this.words = {
      en: this.message,
      zh: `${position.file}${position.line === undefined ? "" : ` 第 ${position.line} 行`}${
        position.column === undefined ? "" : `，列 ${position.column}`
      }：${words.zh}`,
    };
  }
}
