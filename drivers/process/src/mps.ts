import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { DeviceGrant } from "@yunhe/domain-compute/driver";

/** How the clients of one shared device reach its daemon. */
export interface MpsAccess {
  /** Folder of the daemon's pipes. */
  readonly pipes: string;
  /** The daemon's /dev/shm, in a sandbox that of its clients too. */
  readonly sharedMemory: string;
}

export interface MpsOptions {
  /** `nvidia-cuda-mps-control`. */
  readonly control: string;
  /** The driver's own folder. */
  readonly directory: string;
  /** Where tasks run in a sandbox: the daemon needs the same view of pipes and shared memory as its clients. */
  readonly bwrap: string | undefined;
}

/** In a sandbox daemon and clients find the pipes at the same short path; the mount is private to them. */
export const sandboxPipes = "/mnt";
const answerMs = 10_000;
const lastWordsMs = 100;
const readyTries = 20;
const readyPauseMs = 100;

/**
 * One control daemon of NVIDIA's Multi-Process Service for each shared device: started for the first attempt that holds
 * a part of it, ended after the last. They live on when this process ends, like the attempts that use them, and are
 * found again by their folders. https://docs.nvidia.com/deploy/mps/
 */
export class MpsDaemons {
  readonly #options: MpsOptions;
  /** Attempts by the device that they share. */
  readonly #holders = new Map<string, Set<string>>();
  /** One start or end at a time for each device. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(options: MpsOptions) {
    this.#options = options;
  }

  /** Starts a daemon on this device and asks it something; throws with what it said when that does not work here. */
  async try(device: string): Promise<void> {
    if (await this.#answers(device)) return;
    await this.#start(device);
    await this.#end(device);
  }

  /** Throws when the daemon does not start. */
  acquire(device: string, attempt: string): Promise<MpsAccess> {
    return this.#inTurn(device, async () => {
      if (!(await this.#answers(device))) await this.#start(device);
      this.adopt(device, attempt);
      return this.#access(device);
    });
  }

  /** An attempt of a former driver. */
  adopt(device: string, attempt: string): void {
    this.#holders.set(device, (this.#holders.get(device) ?? new Set()).add(attempt));
  }

  /** Nothing of the attempt runs any more. */
  async release(attempt: string): Promise<void> {
    for (const [device, attempts] of this.#holders) {
      if (!attempts.delete(attempt) || attempts.size > 0) continue;
      await this.#inTurn(device, async () => {
        if (attempts.size === 0) await this.#end(device);
      });
    }
  }

  /** Ends what a former driver left and nobody uses. */
  async sweep(): Promise<void> {
    const inUse = new Set(
      [...this.#holders].flatMap(([id, { size }]) => (size > 0 ? [this.#folder(id)] : [])),
    );
    const root = path.join(this.#options.directory, "mps");
    for (const name of await readdir(root).catch(() => []))
      if (!inUse.has(path.join(root, name))) await this.#endIn(path.join(root, name), "");
  }

  #inTurn<Value>(device: string, act: () => Promise<Value>): Promise<Value> {
    const turn = (this.#turns.get(device) ?? Promise.resolve()).catch(() => undefined).then(act);
    this.#turns.set(device, turn);
    return turn;
  }

  async #start(device: string): Promise<void> {
    const folder = this.#folder(device);
    const { pipes, sharedMemory } = this.#access(device);
    await rm(folder, { recursive: true, force: true });
    await mkdir(path.join(pipes, "log"), { recursive: true });
    await mkdir(sharedMemory, { recursive: true });
    // Clients and the server that the daemon starts for them run as the tasks' user.
    for (const open of [pipes, path.join(pipes, "log"), sharedMemory]) await chmod(open, 0o1777);
    try {
      const said = await this.#run(folder, device, ["-d"], "");
      await this.#ready(device, said);
    } catch (error) {
      await this.#end(device);
      throw error;
    }
  }

  async #ready(device: string, said: string): Promise<void> {
    for (let tries = 0; tries < readyTries; tries++) {
      if (await this.#answers(device)) return;
      await sleep(readyPauseMs);
    }
    throw new Error(`nvidia-cuda-mps-control -d: ${said || "it does not answer"}`);
  }

  #end = (device: string): Promise<void> => this.#endIn(this.#folder(device), device);

  async #endIn(folder: string, device: string): Promise<void> {
    await this.#run(folder, device, [], "quit -t 5\n").catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
    await rm(sharedMemoryOf(folder), { recursive: true, force: true });
  }

  async #answers(device: string): Promise<boolean> {
    const ask = "get_default_active_thread_percentage\n";
    const said = await this.#run(this.#folder(device), device, [], ask).catch(() => "");
    return Number.parseFloat(said) > 0;
  }

  #access(device: string): MpsAccess {
    const folder = this.#folder(device);
    return { pipes: path.join(folder, "pipes"), sharedMemory: sharedMemoryOf(folder) };
  }

  /** Short: the path of a socket has at most 108 bytes. */
  #folder = (device: string): string => path.join(this.#options.directory, "mps", digest(device));

  /** Gives what it printed; throws when it fails. */
  #run(folder: string, device: string, words: readonly string[], input: string): Promise<string> {
    const { control, bwrap } = this.#options;
    const pipes = path.join(folder, "pipes");
    const sandbox = bwrap && [bwrap, "--dev-bind", "/", "/", "--bind", sharedMemoryOf(folder), "/dev/shm"];
    const argv = sandbox
      ? [...sandbox, "--bind", pipes, sandboxPipes, control, ...words]
      : [control, ...words];
    const seen = sandbox ? sandboxPipes : pipes;
    const env = {
      PATH: process.env["PATH"] ?? "",
      LC_ALL: "C",
      CUDA_VISIBLE_DEVICES: device,
      CUDA_MPS_PIPE_DIRECTORY: seen,
      CUDA_MPS_LOG_DIRECTORY: path.join(seen, "log"),
    };
    return output(argv, env, input);
  }
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 10);
const sharedMemoryOf = (folder: string): string => `/dev/shm/yunhe-mps-${digest(folder)}`;

/** After the end of what was started; a daemon that keeps its parent's streams must not hold this up. */
function output(argv: readonly string[], env: NodeJS.ProcessEnv, input: string): Promise<string> {
  const child = spawn(argv[0]!, argv.slice(1), { env, stdio: ["pipe", "pipe", "pipe"], timeout: answerMs });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-1000)));
  child.stdin.on("error", () => undefined).end(input);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    const done = (code: number | null): void => {
      for (const stream of [child.stdout, child.stderr]) stream.destroy();
      if (code === 0) resolve(said.trim());
      else reject(new Error(said.trim() || `exit status ${code}`));
    };
    child.on("close", done);
    child.on("exit", (code) => void setTimeout(() => done(code), lastWordsMs));
  });
}

/** What tells a client its part: https://docs.nvidia.com/deploy/mps/ (CUDA_MPS_…). Rounded down, but never to nothing. */
export function mpsEnvironment(
  { shareMilli, memoryBytes }: DeviceGrant,
  pipes: string,
): Record<string, string> {
  const mebibytes = Math.floor(memoryBytes / 2 ** 20);
  return {
    CUDA_MPS_PIPE_DIRECTORY: pipes,
    CUDA_MPS_ACTIVE_THREAD_PERCENTAGE: String(Math.max(1, Math.floor(shareMilli / 10))),
    ...(mebibytes === 0 ? {} : { CUDA_MPS_PINNED_DEVICE_MEM_LIMIT: `0=${mebibytes}M` }),
  };
}
