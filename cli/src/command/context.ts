import type { Client } from "@yunhe/client";
import type { Language, Words } from "@yunhe/kernel";

export type Output = "table" | "wide" | "json" | "yaml" | "name";

/** What every command works with. */
export interface Context {
  readonly language: Language;
  readonly output: Output;
  /** The project that is meant when none is named. */
  readonly project: string;
  /** All projects at once, with `-A`. */
  readonly allProjects: boolean;
  /** True when a person looks at standard output. */
  readonly interactive: boolean;
  readonly say: (text: Words) => string;
  /** A line for the reader. */
  readonly print: (line: string) => void;
  /** A remark beside the result; goes to standard error. */
  readonly note: (text: Words) => void;
  /** Connects when first used, so that commands that need no server need no token. */
  readonly client: () => Promise<Client>;
}
