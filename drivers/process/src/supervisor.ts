import { execFileSync, spawn } from "node:child_process";
import { constants, openSync, existsSync } from "node:fs";
import { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { joinFiles } from "./cgroups.ts";
import type { Cgroup } from "./cgroups.ts";

const script = fileURLToPath(new URL("shim/attempt.sh", import.meta.url));
const defaultPath = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin";

export interface SupervisorStart {
  readonly shell: string;
  readonly folder: string;
  readonly events: string;
  readonly work: string;
  readonly logLimitBytes: number;
  readonly cgroup: Cgroup | undefined;
  readonly argv: readonly string[];
}

export const cutNote = "\n[yunhe: the log reached its limit and was cut here / 日志达到上限，在此截断]\n";
const cutNoteBytes = Buffer.byteLength(cutNote);
/** The unit of the shell's `ulimit -f` (POSIX). */
const blockBytes = 512;

/**
 * Starts the supervisor in a session of its own. `onGone` is called when this process sees it end. Throws when it could
 * not be started; `E2BIG` says that the command line is too long.
 */
export async function startSupervisor(start: SupervisorStart, onGone: () => void): Promise<void> {
  const groups = start.cgroup === undefined ? [] : joinFiles(start.cgroup);
  // The bound includes the note; with a limit too small for it there is none.
  const noted = start.logLimitBytes >= cutNoteBytes + blockBytes;
  const blocks = Math.floor((start.logLimitBytes - (noted ? cutNoteBytes : 0)) / blockBytes);
  const words = [
    script,
    start.folder,
    start.events,
    String(blocks),
    noted ? cutNote : "",
    String(groups.length),
  ];
  const child = spawn(start.shell, [...words, ...groups, ...start.argv], {
    cwd: start.work,
    env: { PATH: process.env.PATH ?? defaultPath },
    stdio: "ignore",
    detached: true,
  });
  if (child.pid === undefined) {
    await new Promise((_, reject) => child.once("error", reject));
  }
  child.once("exit", onGone);
  child.unref();
}

/** Makes the named pipe through which supervisors wake the driver; false where there is no `mkfifo`. */
export function makeEventPipe(file: string): boolean {
  if (existsSync(file)) return true;
  try {
    execFileSync("mkfifo", ["-m", "600", file], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

export interface SupervisorEvent {
  readonly type: string;
  readonly attempt: string;
}

/** Reads "TYPE ATTEMPT" lines; returns what stops it. */
export function readEvents(file: string, onEvent: (event: SupervisorEvent) => void): () => void {
  // Opened for writing too, so that it never ends when the last supervisor closes it.
  const socket = new Socket({
    fd: openSync(file, constants.O_RDWR | constants.O_NONBLOCK),
    readable: true,
    writable: false,
  });
  let rest = "";
  socket.setEncoding("utf8");
  socket.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const [type = "", attempt = ""] = line.split(" ");
      onEvent({ type, attempt });
    }
  });
  // Hints only: the sampler finds what a broken pipe does not tell.
  socket.on("error", () => socket.destroy());
  return () => socket.destroy();
}
