import type { AttemptId } from "@yunhe/domain-compute/driver";
import type { SlurmJob } from "./access/port.ts";
import type { JobFiles } from "./files/port.ts";

/** Where an attempt is in Slurm that was handed over together with others. */
export interface ArrayPlace {
  /** Last part of the job's name, and the folder beside those of the attempts. */
  readonly array: string;
  /** SLURM_ARRAY_TASK_ID */
  readonly index: number;
}

/** No attempt is called so. */
const arrayPattern = /^\.array-[0-9a-f-]{1,50}$/;
const table = "attempts";
/** What Slurm's job id is written down in once sbatch has answered. */
export const arrayHandle = "handle";

/**
 * Attempts that were handed over as one job array share its name. Which index is whose stands in a table in the shared
 * folder, written before Slurm hears of the array, so that each attempt can be found by its own identity whatever is
 * lost afterwards.
 */
export class Arrays {
  readonly #files: JobFiles;
  readonly #attempts = new Map<string, ReadonlyMap<number, AttemptId>>();
  readonly #places = new Map<AttemptId, ArrayPlace>();
  /** Those of which no attempt was left when it was last looked. */
  #empty = new Set<string>();

  constructor(files: JobFiles) {
    this.#files = files;
  }

  /** Learns of the arrays that were made before. */
  async open(): Promise<void> {
    await this.#learn((await this.#files.list()).filter((name) => arrayPattern.test(name)));
  }

  async create(id: string, members: ReadonlyMap<number, AttemptId>): Promise<string> {
    const array = `.array-${id}`;
    const text = [...members].map(([index, attempt]) => `${index} ${attempt}\n`).join("");
    await this.#files.place(array, [{ type: "text", path: table, text, mode: 0o600 }], false);
    this.#know(array, members);
    return array;
  }

  placeOf(attempt: AttemptId): ArrayPlace | undefined {
    return this.#places.get(attempt);
  }

  /** Whose job each is; other processes may have made arrays that are not known here yet. */
  async attemptsOf(jobs: readonly SlurmJob[], prefix: string): Promise<readonly (AttemptId | undefined)[]> {
    const names = jobs.map(({ name }) => name.slice(prefix.length));
    const unknown = new Set(names.filter((name) => arrayPattern.test(name) && !this.#attempts.has(name)));
    if (unknown.size > 0) await this.#learn([...unknown]);
    return jobs.map(({ id }, at) => {
      const name = names[at]!;
      if (!name.startsWith(".")) return name as AttemptId;
      return this.#attempts.get(name)?.get(Number(/^\d+_(\d+)$/.exec(id)?.[1]));
    });
  }

  /** Removes the tables that nobody needs: twice in a row no attempt of theirs was there. */
  async sweep(names: readonly string[]): Promise<void> {
    const present = new Set(names);
    const empty = names.filter((name) => {
      const attempts = this.#attempts.get(name);
      return attempts !== undefined && ![...attempts.values()].some((attempt) => present.has(attempt));
    });
    for (const array of empty.filter((name) => this.#empty.has(name))) {
      await this.#files.remove(array);
      for (const attempt of this.#attempts.get(array)!.values()) this.#places.delete(attempt);
      this.#attempts.delete(array);
    }
    this.#empty = new Set(empty);
  }

  async #learn(arrays: readonly string[]): Promise<void> {
    const texts = await this.#files.read(arrays.map((array) => `${array}/${table}`));
    for (const array of arrays) {
      const lines = (texts.get(`${array}/${table}`) ?? "").split("\n").filter((line) => line !== "");
      this.#know(
        array,
        new Map(
          lines.map((line) => {
            const [index, attempt] = line.split(" ");
            return [Number(index), attempt as AttemptId];
          }),
        ),
      );
    }
  }

  #know(array: string, members: ReadonlyMap<number, AttemptId>): void {
    this.#attempts.set(array, members);
    for (const [index, attempt] of members) this.#places.set(attempt, { array, index });
  }
}

/** As `sbatch --array` takes them: `0-3,7`. */
export function indexRanges(indexes: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const index of indexes.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === index - 1) last[1] = index;
    else ranges.push([index, index]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(",");
}
