import type { z } from "zod";
import zhCN from "zod/v4/locales/zh-CN.js";
import { type SourceText, TraceError, type TracePosition } from "./trace-error.ts";

type Path = readonly PropertyKey[];

/** A JSON text and where it begins in its file, so that every complaint names the line. */
export class JsonSource {
  readonly value: unknown;
  readonly #source: SourceText;
  readonly #firstLine: number;

  /** Throws a `TraceError` at the line and character where the text stops being JSON. */
  constructor(source: SourceText, firstLine = 1) {
    this.#source = source;
    this.#firstLine = firstLine;
    try {
      this.value = JSON.parse(source.text);
    } catch {
      const offset = new JsonOffsets(source.text).errorAt ?? 0;
      const line = source.text.slice(0, offset).split("\n");
      const at = {
        file: source.file,
        line: firstLine + line.length - 1,
        column: `${line.at(-1)!.length + 1}`,
      };
      throw new TraceError(at, { en: "not valid JSON from here", zh: "从此处起不是有效的 JSON" });
    }
  }

  /** The line of a value, else of what it would stand in, and its path as the column. */
  at(path: Path): TracePosition {
    const { file, text } = this.#source;
    const before = text.slice(0, new JsonOffsets(text).of(path)).split("\n").length - 1;
    const column = pathOf(path);
    return { file, line: this.#firstLine + before, ...(column === "" ? {} : { column }) };
  }

  /** The value as the schema gives it; else the first complaint, at its place. */
  read<Schema extends z.ZodType>(schema: Schema): z.output<Schema> {
    const parsed = schema.safeParse(this.value);
    if (parsed.success) return parsed.data;
    const { path, words } = firstIssue(schema, this.value, parsed.error);
    throw new TraceError(this.at(path), words);
  }
}

/** The first thing that is wrong, as a path and in both languages. */
export function firstIssue(schema: z.ZodType, value: unknown, error: z.ZodError) {
  const issue = error.issues[0]!;
  const unknown = issue.code === "unrecognized_keys" ? [issue.keys[0]!] : [];
  const chinese = schema.safeParse(value, { error: zhCN().localeError }).error?.issues[0]?.message;
  const words = { en: issue.message, zh: chinese ?? issue.message };
  return { path: [...issue.path, ...unknown], words };
}

/** `nodes[3].devices[0].model`. */
export const pathOf = (path: Path): string =>
  path.map((key, i) => (typeof key === "number" ? `[${key}]` : `${i > 0 ? "." : ""}${String(key)}`)).join("");

const token =
  /\s*(?:[{}[\],:]|"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/uy;

/** Where each value of a JSON text begins (RFC 8259), as far as the text is JSON. */
class JsonOffsets {
  /** Undefined: all of it is JSON. */
  readonly errorAt: number | undefined;
  readonly #text: string;
  readonly #offsets = new Map<string, number>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.errorAt = this.#value("") && this.#text.slice(this.#at).trim() === "" ? undefined : this.#skipped();
  }

  of(path: Path): number {
    for (let length = path.length; length > 0; length -= 1) {
      const offset = this.#offsets.get(keyOf(path.slice(0, length)));
      if (offset !== undefined) return offset;
    }
    return 0;
  }

  #skipped(): number {
    return this.#text.length - this.#text.slice(this.#at).trimStart().length;
  }

  #peek(): string {
    token.lastIndex = this.#at;
    return token.exec(this.#text)?.[0].trimStart() ?? "";
  }

  #take(wanted: string): boolean {
    if (this.#peek() !== wanted) return false;
    this.#at = token.lastIndex;
    return true;
  }

  /** False where the text is wrong: `#at` stays there. */
  #value(key: string): boolean {
    this.#offsets.set(key, this.#skipped());
    const text = this.#peek();
    if (text === "{") return this.#items("}", () => this.#member(key));
    if (text === "[") {
      let index = 0;
      return this.#items("]", () => this.#value(`${key}/${index++}`));
    }
    return text !== "" && !"}],:".includes(text) && this.#take(text);
  }

  #items(end: string, item: () => boolean): boolean {
    this.#take(this.#peek());
    if (this.#take(end)) return true;
    do if (!item()) return false;
    while (this.#take(","));
    return this.#take(end);
  }

  #member(key: string): boolean {
    const name = this.#peek();
    if (!name.startsWith('"') || !this.#take(name) || !this.#take(":")) return false;
    return this.#value(`${key}/${JSON.parse(name)}`);
  }
}

const keyOf = (path: Path): string => path.map((key) => `/${String(key)}`).join("");
