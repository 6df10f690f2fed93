import { quoted } from "../launch-file.ts";
import type { RunResult, Shell } from "./shell.ts";

/** What one `sbatch` gave: its exit code, and all that it said. */
export interface SubmitResult {
  readonly exitCode: number;
  readonly said: string;
}

interface Waiting {
  readonly command: readonly string[];
  readonly script: string;
  readonly give: (result: SubmitResult) => void;
  readonly fail: (error: unknown) => void;
}

/** More at once only make the controller's lock change hands more often. */
const laneCount = 3;
/** So many go into a shell before it has answered, so that it never waits for us. */
const ahead = 8;
const idleMs = 5000;
/** One `sbatch` may take so long before its shell is given up. */
const patienceMs = 60_000;

/**
 * Submissions go through few shells, each of which runs one `sbatch` after the other and stays for the next ones:
 * starting a program from a large process, and a round trip to another host all the more, costs more than `sbatch`
 * itself. Each is answered as soon as its own `sbatch` has ended.
 */
export class SubmitLanes {
  readonly #shell: Shell;
  readonly #waiting: Waiting[] = [];
  readonly #lanes = new Set<Lane>();

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  submit(command: readonly string[], script: string): Promise<SubmitResult> {
    return new Promise((give, fail) => {
      this.#waiting.push({ command, script, give, fail });
      this.#wake();
    });
  }

  /** Lets the shells end when they have answered what they were given. */
  close(): void {
    for (const lane of this.#lanes) lane.end();
  }

  #wake(): void {
    const lane = [...this.#lanes].find((one) => one.isIdle);
    if (lane !== undefined) return lane.wake();
    if (this.#lanes.size < laneCount) return void this.#open();
    for (const one of this.#lanes) one.wake();
  }

  async #open(): Promise<void> {
    const lane = new Lane(this.#shell, () => this.#waiting.shift());
    this.#lanes.add(lane);
    const end = await lane.run();
    this.#lanes.delete(lane);
    // The host cannot be reached: whoever waits is told, instead of knocking there without a pause.
    if (end.type === "never-began") for (const one of this.#waiting.splice(0)) one.fail(end.error);
    if (this.#waiting.length > 0) this.#wake();
  }
}

/** `never-began`: the shell ended before anything was given to it. */
type LaneEnd = { readonly type: "over" } | { readonly type: "never-began"; readonly error: unknown };

/** One shell, from its start until nothing has come for a while, or it breaks. */
class Lane {
  readonly #shell: Shell;
  readonly #take: () => Waiting | undefined;
  /** Given to the shell and not answered yet, in order. */
  readonly #sent: Waiting[] = [];
  readonly #abort = new AbortController();
  #hasBegun = false;
  #isEnding = false;
  /** The shell is gone: nothing may be taken any more. */
  #isGone = false;
  #resume: () => void = () => undefined;
  #patience: NodeJS.Timeout | undefined;

  constructor(shell: Shell, take: () => Waiting | undefined) {
    this.#shell = shell;
    this.#take = take;
  }

  get isIdle(): boolean {
    return this.#sent.length === 0 && !this.#isEnding;
  }

  wake(): void {
    this.#resume();
  }

  end(): void {
    this.#isEnding = true;
    this.#resume();
  }

  /** Never throws: who waits for an answer is told. */
  async run(): Promise<LaneEnd> {
    let text = "";
    const onStdout = (chunk: Buffer): void => {
      const parts = (text + chunk.toString()).split("\0");
      text = parts.pop()!;
      for (const part of parts) this.#sent.shift()?.give(resultOf(part));
      this.#watch();
      this.#resume();
    };
    try {
      const options = { input: this.#feed(), onStdout, signal: this.#abort.signal, timeoutMs: 2 ** 31 - 1 };
      return this.#over(unanswered(await this.#shell.run(["sh"], options)));
    } catch (error) {
      return this.#over(error);
    }
  }

  #over(error: unknown): LaneEnd {
    this.#isEnding = true;
    this.#isGone = true;
    clearTimeout(this.#patience);
    for (const one of this.#sent.splice(0)) one.fail(error);
    this.#resume();
    return this.#hasBegun ? { type: "over" } : { type: "never-began", error };
  }

  async *#feed(): AsyncGenerator<Uint8Array> {
    this.#hasBegun = true;
    while (!this.#isGone) {
      const next = this.#sent.length < ahead && !this.#abort.signal.aborted ? this.#take() : undefined;
      if (next !== undefined) {
        this.#sent.push(next);
        this.#watch();
        yield Buffer.from(scriptOf(next));
        continue;
      }
      if (this.#isEnding && this.#sent.length === 0) return;
      if (!(await this.#hasMore()) && this.#sent.length === 0) {
        this.#isEnding = true;
        return;
      }
    }
  }

  /** Waits to be woken; false when nothing came for long. */
  async #hasMore(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#resume = () => resolve(true);
    const timer = setTimeout(() => resolve(false), idleMs);
    const more = await promise;
    clearTimeout(timer);
    return more;
  }

  /** A shell that does not answer for long is ended; what it was given may have reached Slurm or not. */
  #watch(): void {
    clearTimeout(this.#patience);
    if (this.#sent.length > 0) this.#patience = setTimeout(() => this.#abort.abort(), patienceMs);
  }
}

/** The script goes as a quoted here-document, which costs no further process; it is ours and has no such line. */
const scriptOf = ({ command, script }: Waiting): string =>
  `said=$(${command.map(quoted).join(" ")} 2>&1 <<'yunhe-script-end'\n${script}yunhe-script-end\n)\nprintf '%s %s\\0' "$?" "$said"\n`;

function resultOf(part: string): SubmitResult {
  const at = part.indexOf(" ");
  return { exitCode: Number(part.slice(0, at)), said: part.slice(at + 1) };
}

const unanswered = ({ stderr, exitCode }: RunResult): Error =>
  new Error(`the shell for sbatch ended early (${exitCode}): ${stderr.trim()}`);
