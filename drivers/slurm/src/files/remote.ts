import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import path from "node:path";
import { words } from "@yunhe/kernel";
import { EngineUnreachable } from "@yunhe/domain-compute/driver";
import type { OutputFile } from "@yunhe/domain-compute/driver";
import type { RunOptions, RunResult, Shell } from "../access/shell.ts";
import { makeTemporary, removeTemporary } from "../access/temporary.ts";
import { matchesAny } from "./patterns.ts";
import { chunkBytes } from "./port.ts";
import type { Entry, JobFiles } from "./port.ts";
import { supervisorName, supervisorText } from "./supervisor.ts";

/** Copies over a slow line take their time. */
const copyTimeoutMs = 24 * 3_600_000;
/** What the scripts answer when the folder that we made is not there, perhaps an empty mount point. */
const notSeen = 78;

/** The shared file system is mounted on the host where Slurm's commands are, which is reached by a shell. */
export function remoteFiles(shell: Shell, workDirectory: string, owner: string): JobFiles {
  const root = path.posix.join(workDirectory, owner);
  /** Runs a script of ours with these words as $1 …; it begins in the root. */
  const run = async (script: string, args: readonly string[], options?: RunOptions): Promise<RunResult> => {
    const guarded = `[ -f ${supervisorName} ] || exit ${notSeen}\n${script}`;
    return checked(
      await shell.run(
        ["sh", "-c", `cd "$0" 2> /dev/null || exit ${notSeen}\n${guarded}`, root, ...args],
        options,
      ),
    );
  };
  const checked = (result: RunResult): RunResult => {
    if (result.exitCode === 0) return result;
    throw result.exitCode === notSeen ? notThere(shell, workDirectory, result) : failed(shell, result);
  };
  const remove = async (attempt: string): Promise<void> => {
    await run('[ ! -e "$1" ] || rm -rf -- "$1" 2> /dev/null || { chmod -R u+rwX -- "$1"; rm -rf -- "$1"; }', [
      attempt,
    ]);
  };
  return {
    root,
    supervisor: `${root}/${supervisorName}`,
    followMs: 1000,
    open: async () => {
      const script = `umask 077; [ -d "$0" ] || exit ${notSeen}; mkdir -p "$1" && cat > "$2.new" && mv "$2.new" "$2"`;
      const args = [workDirectory, root, `${root}/${supervisorName}`];
      checked(await shell.run(["sh", "-c", script, ...args], { input: supervisorText }));
    },
    place: async (attempt, entries, again) => {
      const staging = makeTemporary("stage", owner);
      try {
        return await place(run, staging, attempt, entries, again);
      } finally {
        removeTemporary(staging);
      }
    },
    read: (wanted) => readMany(run, wanted),
    write: async (attempt, file, text) => {
      const script = 'umask 077; [ ! -d "$1" ] || { cat > "$1/$2.new" && mv "$1/$2.new" "$1/$2"; }';
      await run(script, [attempt, file], { input: text });
    },
    create: async (attempt, file, text) => {
      // A shell's own noclobber is exclusive too; a link is so on every file system over a network.
      const script =
        'umask 077; cd "$1" || exit 1; printf %s "$3" > "$2.$$" && { ln "$2.$$" "$2" 2> /dev/null && echo made; rm -f "$2.$$"; }';
      return (await run(script, [attempt, file, text])).stdout.toString().includes("made");
    },
    readFrom: async (attempt, file, fromByte, signal) => {
      const script = '[ ! -e "$1" ] || tail -c "+$2" "$1" | head -c "$3"';
      return (await run(script, [`${attempt}/${file}`, String(fromByte + 1), String(chunkBytes)], { signal }))
        .stdout;
    },
    list: async () =>
      (await run("ls -A", [])).stdout
        .toString()
        .split("\n")
        .filter((name) => name !== ""),
    outputs: (attempt, patterns, signal) => outputFiles(run, attempt, patterns, signal),
    remove,
  };
}

type Run = (script: string, args: readonly string[], options?: RunOptions) => Promise<RunResult>;

function notThere(shell: Shell, workDirectory: string, { stderr }: RunResult): EngineUnreachable {
  return new EngineUnreachable(
    words(
      `The pool's "workDirectory" ${workDirectory} cannot be used on ${shell.place} (${stderr.trim() || "it is not there"}): make it, or mount the file system that it lies on.`,
      `无法在 ${shell.place} 上使用资源池的 “workDirectory” ${workDirectory}（${stderr.trim() || "目录不存在"}）：请创建该目录，或挂载其所在的文件系统。`,
    ),
  );
}

function failed(shell: Shell, { stderr, exitCode }: RunResult): EngineUnreachable {
  const said = stderr.trim().slice(0, 300) || `exit code ${exitCode}`;
  return new EngineUnreachable(
    words(
      `The attempts' files on ${shell.place} cannot be used: ${said}`,
      `无法使用 ${shell.place} 上的尝试文件：${said}`,
    ),
  );
}

/** Everything goes in one stream: a tree of links to the sources is packed by `tar`, which follows them. */
async function place(
  run: Run,
  staging: string,
  attempt: string,
  entries: readonly Entry[],
  again: boolean,
): Promise<boolean> {
  const modes = lay(staging, entries);
  // job.json, which tells that an attempt was handed over, comes last.
  const script = [
    "umask 077",
    `if mkdir "$1" 2> /dev/null; then :; elif [ ! -d "$1" ]; then mkdir "$1"; elif [ "$2" != again ]; then cat > /dev/null; echo exists; exit 0; fi`,
    'cd "$1" && tar -xf - && chmod 600 launch 2> /dev/null',
    'while [ $# -gt 3 ]; do chmod "$3" "$4" || exit 1; shift 2; done',
    "[ ! -e job.last ] || mv job.last job.json",
  ].join("\n");
  const args = [attempt, again ? "again" : "once", ...modes];
  const result = await run(script, args, { input: pack(staging), timeoutMs: copyTimeoutMs });
  return !result.stdout.toString().includes("exists");
}

/** Gives pairs of mode and path. */
function lay(staging: string, entries: readonly Entry[]): string[] {
  const modes: string[] = [];
  for (const entry of entries) {
    const name = entry.path === "job.json" ? "job.last" : entry.path;
    const target = path.join(staging, name);
    mkdirSync(entry.type === "folder" ? target : path.dirname(target), { recursive: true, mode: 0o700 });
    if (entry.type === "folder") continue;
    if (entry.type === "text") writeFileSync(target, entry.text, { mode: entry.mode });
    else {
      symlinkSync(path.resolve(entry.source), target);
      modes.push((entry.mode & 0o777).toString(8), name);
    }
  }
  return modes;
}

async function* pack(staging: string): AsyncGenerator<Uint8Array> {
  const child = spawn("tar", ["-C", staging, "-chf", "-", "."], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<number | null>((resolve, reject) =>
    child.once("error", reject).once("close", resolve),
  );
  try {
    yield* child.stdout as AsyncIterable<Uint8Array>;
    const code = await ended;
    if (code !== 0) throw new Error(`tar failed: ${said.trim()}`);
  } finally {
    child.kill();
  }
}

/** One process for all files: `grep` prints each line behind its file's name. */
async function readMany(run: Run, wanted: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  if (wanted.length === 0) return found;
  const script = "tr '\\n' '\\0' | xargs -0 grep -Has '' /dev/null; exit 0";
  const { stdout } = await run(script, [], { input: `${wanted.join("\n")}\n` });
  for (const line of stdout.toString().split("\n")) {
    const at = line.indexOf(":");
    if (at < 0) continue;
    const name = line.slice(0, at);
    found.set(name, `${found.get(name) ?? ""}${line.slice(at + 1)}\n`);
  }
  return found;
}

async function* outputFiles(
  run: Run,
  attempt: string,
  patterns: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<OutputFile> {
  if (patterns.length === 0) return;
  // Links to files count when what they point to lies inside; a linked folder is never entered.
  const script = `cd "$1/work" 2> /dev/null || exit 0
    find . -type f -printf '%s %m %p\\0'
    here=$(pwd -P)
    find . -type l -xtype f -exec sh -c 'for name; do
      case $(realpath -- "$name") in "$0"/*) stat -L -c "%s %a" -- "$name" | tr "\\n" " "; printf "%s\\0" "$name" ;; esac
    done' "$here" {} +`;
  const { stdout } = await run(script, [attempt], { signal });
  for (const entry of stdout.toString().split("\0")) {
    const match = /^(\d+) (\d+) \.\/(.+)$/s.exec(entry);
    if (match === null || !matchesAny(match[3]!, patterns)) continue;
    const relative = match[3]!;
    yield {
      path: relative,
      bytes: Number(match[1]),
      mode: Number.parseInt(match[2]!, 8) & 0o777,
      read: () => readWhole(run, path.posix.join(attempt, "work", relative), signal),
    };
  }
}

/** In pieces, so that a file of any size needs little memory here. */
async function* readWhole(run: Run, file: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const pieceBytes = 16 * chunkBytes;
  for (let from = 0; ; from += pieceBytes) {
    const script = 'tail -c "+$2" -- "$1" | head -c "$3"';
    const { stdout } = await run(script, [file, String(from + 1), String(pieceBytes)], {
      signal,
      timeoutMs: copyTimeoutMs,
    });
    if (stdout.length > 0) yield stdout;
    if (stdout.length < pieceBytes) return;
  }
}
