import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { connect } from "@yunhe/client";
import { root } from "../yunhe.ts";
import { stracePath } from "./call-faults.ts";
import { createProjects } from "./server-workload.ts";

export interface FailedServer {
  readonly exitCode: number | null;
  /** What it said at its end. */
  readonly said: string;
  /** Names of the projects that it acknowledged. */
  readonly acknowledged: readonly string[];
}

/** Runs the real server on a disk whose fsync fails from a thread's n-th one on, and writes to it until it is gone. */
export async function serveUntilFsyncFails(directory: string, nth: number): Promise<FailedServer> {
  const faults = ["-e", "trace=fsync,fdatasync", "-e", `inject=fsync,fdatasync:error=EIO:when=${nth}+`];
  const strace = ["-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", ...faults];
  const up = ["cli/src/main.ts", "up", "--data", directory, "--listen", "127.0.0.1:0", "--no-console"];
  const child = spawn(stracePath!, [...strace, process.execPath, ...up, "--lang", "en"], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "close") as Promise<[number | null]>;
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => void (said += text));
  let out = "";
  for await (const part of child.stdout.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
    out += part as string;
    if (out.includes("ready at")) break;
  }
  child.stdout.resume();
  const address = /ready at (\S+)/.exec(out)?.[1];
  if (address === undefined) throw new Error(`The server did not start:\n${said}`);
  const token = (await readFile(join(directory, "admin.token"), "utf8")).trim();
  const acknowledged: string[] = [];
  await createProjects(connect({ server: address, token }), (name) => void acknowledged.push(name));
  const [exitCode] = await ended;
  return { exitCode, said, acknowledged };
}
