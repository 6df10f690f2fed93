import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Client, connect } from "@yunhe/client";

const root = dirname(import.meta.dirname);

export interface ServerProcess {
  readonly address: string;
  readonly directory: string;
  readonly client: Client;
  readonly process: ChildProcess;
  /** From spawning `npm start`'s command to the first good `/readyz`. */
  readonly readyMs: number;
  /** Resident memory of the server itself, KiB. */
  residentKib(): number;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** A server as a user would start it, in a folder of its own; give the folder again to start it anew. */
export async function startServerProcess(
  options: { readonly directory?: string; readonly args?: readonly string[] } = {},
): Promise<ServerProcess> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), "yunhe-bench-"));
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const started = performance.now();
  const child = spawn(
    "node",
    [
      "tools/node.mjs",
      "cli/src/main.ts",
      "up",
      "--data",
      directory,
      "--listen",
      `127.0.0.1:${port}`,
      ...(options.args ?? []),
    ],
    {
      cwd: root,
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  while (!(await isReady(address))) {
    if (child.exitCode !== null)
      throw new Error(`the server ended with ${child.exitCode} before it was ready`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const readyMs = performance.now() - started;
  const token = readFileSync(join(directory, "admin.token"), "utf8").trim();
  return {
    address,
    directory,
    client: connect({ server: address, token }),
    process: child,
    readyMs,
    residentKib: () => residentKib(serverPid(child.pid!)),
    async stop(signal = "SIGTERM") {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      if (signal === "SIGKILL") process.kill(serverPid(child.pid!), "SIGKILL");
      else child.kill(signal);
      await ended;
      if (options.directory === undefined && signal === "SIGTERM")
        rmSync(directory, { recursive: true, force: true });
    },
  };
}

const isReady = async (address: string): Promise<boolean> =>
  (await fetch(`${address}/readyz`).catch(() => undefined))?.ok === true;

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** The launcher hands over to a child where its own Node is too old or not: that child is the server. */
function serverPid(launcher: number): number {
  const children = readFileSync(`/proc/${launcher}/task/${launcher}/children`, "utf8")
    .trim()
    .split(" ")
    .filter(Boolean);
  return Number(children[0] ?? launcher);
}

const residentKib = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
