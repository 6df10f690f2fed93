import type { Environment } from "@yunhe/kernel";
import type { Job } from "@yunhe/domain-compute/driver";
import { JobRefused } from "@yunhe/domain-compute/driver";
import type { SlurmAccess, Submission } from "./access/port.ts";
import { arrayHandle, type Arrays, indexRanges } from "./arrays.ts";
import type { JobFiles } from "./files/port.ts";
import { quoted } from "./launch-file.ts";

interface Parts {
  readonly access: SlurmAccess;
  readonly files: JobFiles;
  readonly arrays: Arrays;
  readonly environment: Environment;
  readonly prefix: string;
}

interface Waiting {
  readonly job: Job;
  readonly index: number;
  readonly submission: Submission;
  readonly give: (jobId: string) => void;
  readonly fail: (error: unknown) => void;
}

/** Members of an array wait at most so long for others that are still being prepared, as over a slow line. */
const gatherMs = 250;
const perArray = 200;

/**
 * Gives attempts to Slurm. Members of one array that come together and ask for the same go as one `sbatch --array`,
 * which costs as much as one job; whatever comes while that runs goes with the next one. All others go alone.
 */
export class HandOver {
  readonly #engine: Parts;
  readonly #gathering = new Map<string, Gathering>();

  constructor(engine: Parts) {
    this.#engine = engine;
  }

  /** To be called before an attempt is prepared; the function says that nothing more is to come of it. */
  expect(job: Job): () => void {
    const key = arrayKey(job);
    if (key === undefined) return () => undefined;
    const gathering = this.#gathering.get(key) ?? { preparing: 0, waiting: [], busy: false, stop: undefined };
    this.#gathering.set(key, gathering);
    gathering.preparing++;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      gathering.preparing--;
      this.#consider(key, gathering);
    };
  }

  /** Gives the job's id. `arrayLimit`: the first index that the cluster does not take. */
  submit(job: Job, submission: Submission, arrayLimit: number, signal: AbortSignal): Promise<string> {
    const key = arrayKey(job);
    const gathering = key === undefined ? undefined : this.#gathering.get(key);
    if (key === undefined || gathering === undefined || job.index! >= arrayLimit)
      return this.#alone(job, submission, signal);
    return new Promise((give, fail) => {
      gathering.waiting.push({ job, index: job.index!, submission, give, fail });
    });
  }

  #consider(key: string, gathering: Gathering): void {
    if (gathering.busy) return;
    if (gathering.waiting.length === 0) {
      if (gathering.preparing === 0) this.#gathering.delete(key);
    } else if (gathering.preparing === 0 || gathering.waiting.length >= perArray)
      void this.#send(key, gathering);
    else
      gathering.stop ??= this.#engine.environment.clock.after(
        gatherMs,
        () => void this.#send(key, gathering),
      );
  }

  async #send(key: string, gathering: Gathering): Promise<void> {
    gathering.stop?.();
    gathering.stop = undefined;
    gathering.busy = true;
    const groups = Map.groupBy(gathering.waiting.splice(0), ({ submission }) => likeness(submission));
    await Promise.all(
      [...groups.values()].flatMap((alike) => pieces(alike).map((some) => this.#together(some))),
    );
    gathering.busy = false;
    this.#consider(key, gathering);
  }

  async #together(some: readonly Waiting[]): Promise<void> {
    const members = new Map(some.map((one) => [one.index, one.job.attempt]));
    if (some.length === 1 || members.size < some.length) return this.#oneByOne(some);
    try {
      const { arrays, files, access, environment } = this.#engine;
      const array = await arrays.create(environment.random.uuid().slice(0, 18), members);
      const id = await access.submit(this.#arraySubmission(array, some), AbortSignal.timeout(300_000));
      await files.write(array, arrayHandle, `${id}\n`);
      for (const { index, give } of some) give(`${id}_${index}`);
    } catch (error) {
      // Perhaps only arrays are refused; if not, each is told why.
      if (error instanceof JobRefused) return this.#oneByOne(some);
      for (const { fail } of some) fail(error);
    }
  }

  async #oneByOne(some: readonly Waiting[]): Promise<void> {
    const never = new AbortController().signal;
    await Promise.all(
      some.map(({ job, submission, give, fail }) => this.#alone(job, submission, never).then(give, fail)),
    );
  }

  async #alone(job: Job, submission: Submission, signal: AbortSignal): Promise<string> {
    const id = await this.#engine.access.submit(submission, signal);
    await this.#engine.files.write(job.attempt, "handle", `${id}\n`);
    return id;
  }

  #arraySubmission(array: string, some: readonly Waiting[]): Submission {
    const { files, prefix } = this.#engine;
    const [{ submission }] = some as [Waiting];
    const cases = some.map(({ index, job: { attempt } }) => `${index}) attempt=${attempt} ;;`).join("\n");
    const folder = `${quoted(files.root)}/"$attempt"`;
    return {
      ...submission,
      name: prefix + array,
      comment: submission.comment.replace(/-\d+#/, "#"),
      script: `#!/bin/sh\ncase $SLURM_ARRAY_TASK_ID in\n${cases}\nesac\nexec /bin/sh ${quoted(files.supervisor)} ${folder}\n`,
      folder: `${files.root}/${array}`,
      array: indexRanges(some.map(({ index }) => index)),
    };
  }
}

interface Gathering {
  /** Members that were announced and neither wait nor have gone. */
  preparing: number;
  waiting: Waiting[];
  /** One call at a time: what comes meanwhile goes together with the next one. */
  busy: boolean;
  stop: (() => void) | undefined;
}

const arrayKey = ({ array, index, project }: Job): string | undefined =>
  array === undefined || index === undefined ? undefined : `${project}/${array}`;

const pieces = (some: readonly Waiting[]): Waiting[][] =>
  Array.from({ length: Math.ceil(some.length / perArray) }, (_, at) =>
    some.slice(at * perArray, (at + 1) * perArray),
  );

/** What the members of a Slurm array must have in common. */
function likeness({ name: _n, comment: _c, script: _s, folder: _f, ...rest }: Submission): string {
  return JSON.stringify(rest);
}
