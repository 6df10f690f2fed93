import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync } from "node:fs";
import path from "node:path";
import type { IsolationLevel } from "@yunhe/domain-compute/driver";
import { type MpsAccess, sandboxPipes } from "./mps.ts";

/** Programs that the launcher stands on, found once when the driver opens. */
export interface LauncherTools {
  readonly shell: string;
  readonly bwrap: string | undefined;
  readonly setpriv: string | undefined;
}

export interface LaunchSettings {
  readonly level: Exclude<IsolationLevel, "container">;
  readonly tools: LauncherTools;
  /** Drop to this user inside; undefined: stay who we are. */
  readonly dropTo: number | undefined;
  /** Folders that no task may see, whatever they lie in. */
  readonly privatePaths: readonly string[];
  /** The sandbox's /etc, made by the driver when it opens: see `etc.ts`. */
  readonly etc: string;
}

export interface LaunchRequest {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly work: string;
  /** Becomes /tmp: on disk, so that what is written there counts as no memory. */
  readonly temporary: string;
  readonly workingDirectory: string;
  readonly volumes: readonly {
    readonly source: string;
    readonly mountPath: string;
    readonly readOnly: boolean;
  }[];
  readonly deviceNodes: readonly string[];
  /** Where it holds a part of a device. */
  readonly mps?: MpsAccess | undefined;
  /** The file that holds {@link Launch.file}. */
  readonly launchFile: string;
}

export interface Launch {
  /** What the supervisor executes. */
  readonly argv: readonly string[];
  /** Content of the `launch` file: arguments of bubblewrap, or the environment as `export` lines. */
  readonly file: string;
}

/** The attempt's working directory as the task sees it in a sandbox. */
export const sandboxWork = "/work";
const nodeFolder = "/run/yunhe/bin";
/** Stands for the text of `inside.sh` in an argument list. */
export const insideWord = "\0inside";

export function buildLaunch(settings: LaunchSettings, request: LaunchRequest): Launch {
  return settings.level === "sandbox" ? sandboxLaunch(settings, request) : openLaunch(settings, request);
}

function sandboxLaunch(settings: LaunchSettings, request: LaunchRequest): Launch {
  return {
    argv: [...launcherWords(settings), ...inside(settings, "", request.command)],
    file: nulSeparated(attemptOptions(request)),
  };
}

/** What every launch begins with. */
export function launcherWords(settings: LaunchSettings): string[] {
  const { bwrap, setpriv } = settings.tools;
  if (settings.level === "sandbox") return [bwrap!, ...readOptions, ...dropPrivileges(settings)];
  return settings.level === "limits" && setpriv !== undefined ? [setpriv, "--no-new-privs"] : [];
}

/** From the files that the supervisor opens for it. */
const readOptions = ["--args", "5", "--args", "3", "--"];

/** Written to a file that bubblewrap reads: the environment shows in no process list. */
export function nulSeparated(words: readonly string[]): string {
  return words.map((word) => `${word}\0`).join("");
}

/** The `limits` and `process` levels: the environment is read from a file, so that it shows in no process list. */
function openLaunch(settings: LaunchSettings, request: LaunchRequest): Launch {
  const exports = Object.entries(request.environment).map(
    ([name, value]) => `export ${name}=${quoted(value)}\n`,
  );
  return {
    argv: [...launcherWords(settings), ...inside(settings, request.launchFile, request.command)],
    file: exports.join(""),
  };
}

function inside(settings: LaunchSettings, environmentFile: string, command: readonly string[]): string[] {
  return [settings.tools.shell, "-c", insideWord, "yunhe-inside", environmentFile, ...command];
}

/** Single quotes leave nothing to the shell but the single quote itself. */
export function quoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}

function dropPrivileges(settings: LaunchSettings): string[] {
  if (settings.dropTo === undefined || settings.tools.setpriv === undefined) return [];
  const id = settings.dropTo;
  return [settings.tools.setpriv, `--reuid=${id}`, `--regid=${id}`, "--clear-groups", "--inh-caps=-all"];
}

/** The same for every attempt with or without a network; goes into a file that bubblewrap reads on descriptor 5. */
export function systemOptions(settings: LaunchSettings, network: boolean): string[] {
  const options = [
    "--unshare-pid",
    "--unshare-ipc",
    "--unshare-uts",
    "--as-pid-1",
    "--clearenv",
    "--proc",
    "/proc",
    "--dev",
    "/dev",
  ];
  // A folder of the sandbox's own /dev, which is memory: another mount for it would cost a tenth of the whole start.
  options.push("--chmod", "1777", "/dev/shm");
  if (!network) options.push("--unshare-net");
  if (settings.dropTo !== undefined)
    options.push("--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP");
  options.push("--dir", "/run", "--dir", "/var", "--symlink", "/tmp", "/var/tmp");
  for (const tree of ["/usr", "/opt"]) if (holdsSomething(tree)) options.push("--ro-bind", tree, tree);
  for (const name of ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"])
    options.push(...systemFolder(name));
  options.push("--ro-bind", settings.etc, "/etc");
  if (network) for (const name of ["resolv.conf", "hosts"]) options.push(...etcFile(name));
  options.push(...foldersAbove(`${nodeFolder}/node`), "--ro-bind", process.execPath, `${nodeFolder}/node`);
  for (const hidden of settings.privatePaths) {
    if (["/usr/", "/opt/"].some((tree) => hidden.startsWith(tree))) options.push("--tmpfs", hidden);
  }
  return options;
}

function holdsSomething(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).length > 0;
}

function systemFolder(name: string): string[] {
  const stat = lstatSync(name, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  return stat.isSymbolicLink() ? ["--symlink", readlinkSync(name), name] : ["--ro-bind", name, name];
}

function etcFile(name: string): string[] {
  try {
    return ["--ro-bind", realpathSync(`/etc/${name}`), `/etc/${name}`];
  } catch {
    return [];
  }
}

function attemptOptions(request: LaunchRequest): string[] {
  const options = [
    "--bind",
    request.temporary,
    "/tmp",
    "--bind",
    request.work,
    sandboxWork,
    "--chdir",
    path.join(sandboxWork, request.workingDirectory),
  ];
  for (const volume of request.volumes) {
    // One inside the working directory has its mount point already: `prepare.ts` made it for the task's user.
    if (path.isAbsolute(volume.mountPath)) options.push(...foldersAbove(volume.mountPath));
    const place = path.resolve(sandboxWork, volume.mountPath);
    options.push(volume.readOnly ? "--ro-bind" : "--bind", volume.source, place);
  }
  if (request.deviceNodes.length > 0) options.push("--ro-bind", "/sys", "/sys");
  for (const node of request.deviceNodes) options.push("--dev-bind", node, node);
  if (request.mps)
    options.push(
      "--dir",
      sandboxPipes,
      "--bind",
      request.mps.pipes,
      sandboxPipes,
      "--bind",
      request.mps.sharedMemory,
      "/dev/shm",
    );
  for (const [name, value] of Object.entries(request.environment)) options.push("--setenv", name, value);
  return options;
}

/** Bubblewrap would make missing ones for its own user alone. */
function foldersAbove(target: string): string[] {
  const above = path.dirname(target);
  return above === "/" ? [] : [...foldersAbove(above), "--dir", above];
}

/** Where programs are looked for when the job names no PATH; Yunhe's own Node.js comes first. */
export function defaultPath(level: LaunchSettings["level"]): string {
  const node = level === "sandbox" ? nodeFolder : path.dirname(process.execPath);
  return `${node}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
}
