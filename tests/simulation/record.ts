import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { Tally } from "./tally.ts";

interface Line extends Tally {
  readonly commit: string;
  readonly node: string;
  readonly from: number;
}

/** The commit that is checked out; with `+` where files differ from it. */
function commitNow(): string {
  const git = (...words: string[]): string =>
    execFileSync("git", words, { cwd: import.meta.dirname, encoding: "utf8" }).trim();
  const code = ["kernel", "logic", "domains", "tests/simulation"].map((room) => `:/${room}`);
  return git("rev-parse", "HEAD") + (git("status", "--porcelain", "--", ...code) === "" ? "" : "+");
}

/**
 * A file with one line for each run of seeds that is done: a run that was interrupted goes on where it stood. All lines
 * are of one commit, since a change of the code is a change of every seed.
 */
export class Record {
  readonly #file: string;
  readonly #commit = commitNow();
  readonly #lines: Line[];

  constructor(file: string) {
    this.#file = file;
    this.#lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean).map(parse) : [];
    const other = this.#lines.find(({ commit }) => commit !== this.#commit);
    if (other !== undefined)
      throw new Error(
        `${file} records commit ${other.commit}, this is ${this.#commit}: take another file, or check that commit out`,
      );
  }

  get commit(): string {
    return this.#commit;
  }

  has(from: number, seeds: number): boolean {
    return this.#lines.some((line) => line.from === from && line.seeds === seeds);
  }

  add(from: number, tally: Tally): void {
    const line = { commit: this.#commit, node: process.version, from, ...tally };
    appendFileSync(this.#file, `${JSON.stringify(line)}\n`);
    this.#lines.push(line);
  }

  /** In the order of their seeds. */
  tallies(): readonly Tally[] {
    return this.#lines.toSorted((left, right) => left.from - right.from);
  }
}

const parse = (line: string): Line => JSON.parse(line) as Line;
