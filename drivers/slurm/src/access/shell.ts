import { spawn } from "node:child_process";
import type { Storage } from "@yunhe/domain-compute/driver";

/** Runs programs on the host where Slurm's commands are. */
export interface Shell {
  /** The host, for people. */
  readonly place: string;
  /** How other programs get there, as {@link Storage} says; absent: it is this host. */
  readonly remote?: NonNullable<Storage["remote"]>;
  /**
   * Runs one program with these words; no shell of ours reads them. Throws EngineUnreachable when the host cannot be
   * reached; an exit code other than 0 is an answer, not an error.
   */
  run(command: readonly [string, ...string[]], options?: RunOptions): Promise<RunResult>;
  close(): Promise<void>;
}

export interface RunOptions {
  readonly input?: string | Uint8Array | AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** Gets what the program prints as it comes, instead of the result. */
  readonly onStdout?: (chunk: Buffer) => void;
}

export interface RunResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export class CommandMissing extends Error {
  override readonly name = "CommandMissing";
}

/** Nothing of our own environment reaches Slurm: sbatch would hand it on to the job. */
export function slurmEnvironment(slurmConf: string | undefined): Record<string, string> {
  const own = process.env;
  return {
    PATH: own["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
    HOME: own["HOME"] ?? "/",
    ...(own["USER"] === undefined ? {} : { USER: own["USER"] }),
    LC_ALL: "C",
    SLURM_TIME_FORMAT: "%s",
    ...(slurmConf === undefined ? {} : { SLURM_CONF: slurmConf }),
  };
}

export function localShell(slurmConf: string | undefined): Shell {
  const environment = slurmEnvironment(slurmConf);
  return {
    place: "this host",
    run: ([program, ...words], options) => runProgram(program, words, environment, options),
    close: () => Promise.resolve(),
  };
}

const defaultTimeoutMs = 60_000;

export function runProgram(
  program: string,
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  options: RunOptions = {},
): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    options.signal?.throwIfAborted();
    const child = spawn(program, words, { env: { ...environment }, stdio: "pipe" });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const stop = (): void => void child.kill("SIGKILL");
    const timer = setTimeout(stop, options.timeoutMs ?? defaultTimeoutMs);
    options.signal?.addEventListener("abort", stop);
    child.stdout.on("data", options.onStdout ?? ((chunk: Buffer) => stdout.push(chunk)));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    const settled = (): void => {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", stop);
    };
    child.once("error", (error: NodeJS.ErrnoException) => {
      settled();
      reject(error.code === "ENOENT" ? new CommandMissing(program, { cause: error }) : error);
    });
    child.once("close", (code, signal) => {
      settled();
      const said = Buffer.concat(stderr).toString();
      if (code === null) reject(new Error(`${program} was ended by ${signal ?? "a signal"}: ${said}`));
      else resolve({ exitCode: code, stdout: Buffer.concat(stdout), stderr: said });
    });
    feed(child.stdin, options.input);
  });
}

function feed(stdin: NodeJS.WritableStream, input: RunOptions["input"]): void {
  // A program that ends without reading all of it says why by itself.
  stdin.on("error", () => undefined);
  if (input === undefined) stdin.end();
  else if (typeof input === "string" || input instanceof Uint8Array) stdin.end(input);
  else void pour(stdin, input);
}

async function pour(stdin: NodeJS.WritableStream, input: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of input) {
    if (!stdin.writable) return;
    if (!stdin.write(chunk))
      await new Promise((resolve) => stdin.once("drain", resolve).once("close", resolve));
  }
  stdin.end();
}
