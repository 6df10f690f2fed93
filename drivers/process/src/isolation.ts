import { execFileSync } from "node:child_process";
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  chmodSync,
  chownSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import type { IsolationLevel } from "@yunhe/domain-compute/driver";
import { attemptFiles, readStatus } from "./journal.ts";
import { buildLaunch, defaultPath, nulSeparated, systemOptions } from "./launch.ts";
import type { LaunchSettings, LauncherTools } from "./launch.ts";
import type { Assignment } from "./supervisors.ts";
import { SupervisorPool } from "./supervisors.ts";

export interface IsolationProbe {
  /** The strongest level that works, used for every attempt. */
  readonly settings: LaunchSettings;
  readonly levels: readonly IsolationLevel[];
  /** What a stronger level said when it was tried. */
  readonly failures: readonly string[];
  readonly exactSignals: boolean;
}

const candidates = ["sandbox", "limits", "process"] as const;
/** The customary user without rights, where the driver is root. */
const nobody = 65534;
const canaryTimeoutMs = 10_000;

/** Really runs a small program at each level; version numbers and kernel flags are not believed. */
export async function probeIsolation(
  directory: string,
  etc: string,
  privatePaths: readonly string[],
  tools: LauncherTools = findTools(),
): Promise<IsolationProbe> {
  const levels: IsolationLevel[] = [];
  const failures: string[] = [];
  let best: { settings: LaunchSettings; exactSignals: boolean } | undefined;
  for (const level of candidates) {
    const settings: LaunchSettings = { level, tools, dropTo: dropTo(level, tools), privatePaths, etc };
    const canary = await runCanary(directory, settings, "kill -9 $$").catch((error: unknown) => ({
      failure: String(error),
    }));
    if ("failure" in canary) {
      failures.push(`${level}: ${canary.failure}`);
      continue;
    }
    levels.unshift(level);
    best ??= { settings, exactSignals: canary.signalWords };
  }
  const settings: LaunchSettings = { level: "process", tools, dropTo: undefined, privatePaths, etc };
  return {
    levels,
    failures,
    settings: best?.settings ?? settings,
    exactSignals: best?.exactSignals ?? false,
  };
}

export function sandboxUser(tools: LauncherTools): number | undefined {
  return dropTo("sandbox", tools);
}

function dropTo(level: string, tools: LauncherTools): number | undefined {
  return level === "sandbox" && process.getuid?.() === 0 && tools.setpriv !== undefined ? nobody : undefined;
}

export function findTools(): LauncherTools {
  // dash words a death by signal, which makes exit statuses exact; see inside.sh.
  return {
    shell: findProgram("dash") ?? "/bin/sh",
    bwrap: findProgram("bwrap"),
    setpriv: findProgram("setpriv"),
  };
}

export function findProgram(name: string): string | undefined {
  const folders = (process.env.PATH ?? "")
    .split(":")
    .concat("/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin");
  return folders
    .map((folder) => path.join(folder, name))
    .find((file) => path.isAbsolute(file) && executable(file));
}

function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The canary proves three things: it begins, the program's own status comes back, and (`sandbox`) we are not root. */
async function runCanary(
  directory: string,
  settings: LaunchSettings,
  ending: string,
): Promise<{ signalWords: boolean }> {
  if (settings.level === "sandbox" && settings.tools.bwrap === undefined)
    throw new Error("bubblewrap (bwrap) is not installed");
  if (settings.level === "limits" && settings.tools.setpriv === undefined)
    throw new Error("setpriv is not installed");
  const folder = mkdtempSync(path.join(directory, "canary-"));
  const files = attemptFiles(folder);
  try {
    for (const folder of [files.work, files.temporary]) mkdirSync(folder);
    if (settings.dropTo !== undefined) chownSync(files.work, settings.dropTo, settings.dropTo);
    const script = `[ "$PROBE" = "a 'b" ] && echo x > written && ${settings.dropTo === undefined ? "" : '[ "$(id -u)" != 0 ] && '}${ending}`;
    const launch = buildLaunch(settings, {
      command: ["/bin/sh", "-c", script],
      environment: { PATH: defaultPath(settings.level), PROBE: "a 'b" },
      work: files.work,
      temporary: files.temporary,
      workingDirectory: "",
      volumes: [],
      deviceNodes: [],
      launchFile: files.launch,
    });
    writeFileSync(files.launch, launch.file, { mode: 0o600 });
    const system = path.join(folder, "system");
    writeFileSync(system, settings.level === "sandbox" ? nulSeparated(systemOptions(settings, false)) : "");
    await finished(settings, {
      folder,
      directory: files.work,
      system,
      logLimitBytes: 65_536,
      cgroup: undefined,
      argv: launch.argv,
    });
    const status = readStatus(files);
    if (status.exitStatus !== 137) throw new Error(canaryFailure(files.log));
    return { signalWords: status.signalWords !== undefined };
  } finally {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true, force: true });
  }
}

function canaryFailure(log: string): string {
  try {
    return (
      execFileSync("tail", ["-n", "1", log], { encoding: "utf8" }).trim() || "a trial program failed in it"
    );
  } catch {
    return "a trial program failed in it";
  }
}

async function finished(settings: LaunchSettings, assignment: Assignment): Promise<void> {
  const gone = Promise.withResolvers<void>();
  const pool = new SupervisorPool(settings.tools.shell, "", () => gone.resolve());
  const timer = setTimeout(() => gone.reject(new Error("a trial program did not end")), canaryTimeoutMs);
  try {
    await pool.start("canary", assignment);
    // With no more to come the supervisor ends after this one.
    pool.close();
    await gone.promise;
  } finally {
    clearTimeout(timer);
  }
}
