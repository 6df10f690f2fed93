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
const lanes = 3;
const perLane = 16;

/**
 * Submissions that come together go in few shells, each of which runs one `sbatch` after the other: starting a program,
 * and a round trip to another host all the more, costs about as much as `sbatch` itself. Each is answered as soon as
 * its own `sbatch` has ended. A lone submission waits for nobody.
 */
export class SubmitLanes {
  readonly #shell: Shell;
  readonly #waiting: Waiting[] = [];
  #busy = 0;

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  submit(command: readonly string[], script: string): Promise<SubmitResult> {
    return new Promise((give, fail) => {
      this.#waiting.push({ command, script, give, fail });
      // After what else is ready now, so that it can go along.
      setImmediate(() => void this.#start());
    });
  }

  async #start(): Promise<void> {
    if (this.#busy >= lanes || this.#waiting.length === 0) return;
    this.#busy++;
    // Shared among the lanes, so that none of them does everything.
    const share = Math.ceil(this.#waiting.length / (lanes - this.#busy + 1));
    await this.#run(this.#waiting.splice(0, Math.min(perLane, share)));
    this.#busy--;
    void this.#start();
  }

  async #run(some: Waiting[]): Promise<void> {
    const left = [...some];
    let text = "";
    const onStdout = (chunk: Buffer): void => {
      const parts = (text + chunk.toString()).split("\0");
      text = parts.pop()!;
      for (const part of parts) left.shift()?.give(resultOf(part));
    };
    try {
      const ended = await this.#shell.run(["sh"], { input: some.map(scriptOf).join(""), onStdout });
      for (const one of left) one.fail(unanswered(ended));
    } catch (error) {
      for (const one of left) one.fail(error);
    }
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
