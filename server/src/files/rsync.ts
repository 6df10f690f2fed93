import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type Words, words } from "@yunhe/kernel";
import type { FolderMover, Moved, MoveOptions, Place } from "@yunhe/domain-compute";
import { EngineUnreachable } from "@yunhe/domain-compute/driver";
import { readManifest } from "./manifest.ts";

/** Seconds without a byte after which the other end counts as gone. */
const silenceSeconds = 60;
/** rsync(1), EXIT VALUES: the connection, the protocol or a time-out, not the data. */
const connectionFailures = new Set([5, 10, 12, 30, 35, 255]);

/**
 * Moves folders with rsync, over SSH where the other end is another host: what is there already is not sent, what was
 * cut off goes on where it stopped, and each file is checked by rsync's own checksum of the whole before it takes its
 * place. Links that leave the folder are not taken along.
 */
export const rsyncMover = (): FolderMover => ({
  async move(from, to, options) {
    if (from.isCopy === true) await overThere(from, `test -f ${quoted(markOf(from))}`, absent(from));
    if (to.remote === undefined) await mkdir(to.path, { recursive: true, mode: 0o700 });
    else await overThere(to, `umask 077 && mkdir -p ${quoted(to.path)}`);
    const moved = await rsync([...argumentsOf(from, to), addressOf(from), addressOf(to)], options);
    if (to.isCopy === true) await overThere(to, `: > ${quoted(markOf(to))}`);
    return moved;
  },
  manifest: (path) => readManifest(path, join(dirname(path), `.${basename(path)}.manifest`)),
  async changedAtMs(place) {
    // stat(1) of GNU coreutils and of BusyBox; whole seconds are enough to tell what a task would lose.
    const newest = `find ${quoted(place.path)} -type f -exec stat -c %Y {} + 2>/dev/null | sort -n | tail -n 1`;
    const seconds = Number(await overThere(place, newest));
    return seconds > 0 ? seconds * 1000 : undefined;
  },
  async remove(place) {
    await overThere(place, `rm -rf ${quoted(place.path)} ${quoted(markOf(place))}`);
  },
});

/** Beside a copy, on the same file system: says that it is there, even when it is empty. */
const markOf = ({ path }: Place): string => join(dirname(path), `.${basename(path)}.copied`);

const absent = ({ path }: Place): EngineUnreachable =>
  new EngineUnreachable(
    words(
      `The copy in ${path} is not where it was put; check that its file system is mounted.`,
      `${path} 中的副本已不在原处；请检查其文件系统是否已挂载。`,
    ),
  );

const common = [
  "--recursive",
  "--links",
  "--safe-links",
  "--perms",
  "--times",
  "--delete-after",
  "--partial-dir=.rsync-partial",
  "--no-human-readable",
  "--info=progress2,stats2",
  "--outbuf=L",
  `--timeout=${silenceSeconds}`,
];

function argumentsOf(from: Place, to: Place): string[] {
  const remote = from.remote ?? to.remote;
  return [
    ...common,
    // Tasks run as an unprivileged user: what comes home is theirs to change; its parent folders stay closed to others.
    ...(to.remote === undefined ? ["--chmod=Dugo+rwx,Fugo+rw"] : []),
    ...(remote === undefined ? [] : ["--compress", `--rsh=${remote.shell.map(quotedForRsync).join(" ")}`]),
  ];
}

const addressOf = ({ path, remote }: Place): string =>
  `${remote === undefined ? "" : `${remote.host}:`}${path}/`;

/** rsync splits `--rsh` at blanks and knows single quotes, doubled inside of themselves. */
const quotedForRsync = (word: string): string => `'${word.replaceAll("'", "''")}'`;
/** One word for a POSIX shell. */
const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

async function rsync(args: readonly string[], { signal, onProgress }: MoveOptions): Promise<Moved> {
  let output = "";
  const { code, error } = await run("rsync", args, signal, (text) => {
    output = (output + text).slice(-20_000);
    const bytes = /(\d+)\s+\d+%/.exec(text.slice(text.lastIndexOf("\r") + 1))?.[1];
    if (bytes !== undefined) onProgress(Number(bytes));
  });
  if (code !== 0) throw failure(code, error);
  const count = (label: string): number =>
    Number(new RegExp(`^${label}: (\\d+)`, "m").exec(output)?.[1] ?? 0);
  return { movedBytes: count("Total bytes sent") + count("Total bytes received") };
}

/** A command at the place, by its remote shell or here; gives what it printed. */
async function overThere({ remote }: Place, script: string, otherwise?: Error): Promise<string> {
  const [program, ...args]: readonly [string, ...string[]] = remote
    ? [...remote.shell, remote.host, script]
    : ["/bin/sh", "-c", script];
  const signal = AbortSignal.timeout(silenceSeconds * 1000);
  let output = "";
  const { code, error } = await run(program, args, signal, (text) => (output += text));
  if (code === 0) return output;
  throw code === 1 && otherwise ? otherwise : failure(code, error);
}

interface Ended {
  readonly code: number;
  readonly error: string;
}

function run(
  program: string,
  args: readonly string[],
  signal: AbortSignal,
  onOutput: (text: string) => void,
): Promise<Ended> {
  const child = spawn(program, args, {
    signal,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, LC_ALL: "C" },
  });
  let error = "";
  child.stdout.setEncoding("utf8").on("data", onOutput);
  child.stderr.setEncoding("utf8").on("data", (text: string) => (error = (error + text).slice(-4000)));
  return new Promise((resolve, reject) => {
    child.on("error", (cause: NodeJS.ErrnoException) =>
      reject(cause.code === "ENOENT" ? notInstalled(program) : cause),
    );
    child.on("close", (code) => resolve({ code: code ?? 255, error: error.trim() }));
  });
}

function failure(code: number, said: string): Error {
  const text = words(
    `The data could not be moved (rsync ${code}): ${said}`,
    `数据搬运失败（rsync ${code}）：${said}`,
  );
  return connectionFailures.has(code) ? new EngineUnreachable(text) : new MoveFailed(text);
}

class MoveFailed extends Error {
  override readonly name = "MoveFailed";
  readonly words: Words;
  constructor(text: Words) {
    super(text.en);
    this.words = text;
  }
}

const notInstalled = (program: string): MoveFailed =>
  new MoveFailed(
    words(
      `${program} is not installed on the server's machine; volumes cannot move without it.`,
      `服务器本机未安装 ${program}，无法搬运存储卷。`,
    ),
  );
