import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { chmod, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Environment, Words } from "@yunhe/kernel";
import type {
  AttemptId,
  AttemptRef,
  DeviceFacts,
  Driver,
  EngineFacts,
  Observation,
  OutputFile,
} from "@yunhe/domain-compute/driver";
import type { StoredJob } from "./attempt.ts";
import { adoptAll } from "./adopt.ts";
import { findCgroupRoot } from "./cgroups.ts";
import { CgroupPool } from "./cgroup-pool.ts";
import { DeviceCatalogue } from "./device-catalogue.ts";
import { machineFacts, simulatedDevices } from "./discovery.ts";
import { doneFolder, endingOf, filesOf, folderNames, handleOf } from "./engine.ts";
import type { DriverLogger, Engine } from "./engine.ts";
import { prepareEtc } from "./etc.ts";
import { findProgram, findTools, probeIsolation, sandboxUser } from "./isolation.ts";
import { present, readJson, readText } from "./journal.ts";
import { launcherWords, nulSeparated, systemOptions } from "./launch.ts";
import type { LaunchSettings, LauncherTools } from "./launch.ts";
import { inspect, takeHint } from "./lifecycle.ts";
import { readLog } from "./log-file.ts";
import { outputFiles } from "./output-files.ts";
import { startSampler } from "./sampler.ts";
import { openSharing } from "./sharing.ts";
import { cancel } from "./stop.ts";
import { submit } from "./submit.ts";
import { makeEventPipe, readEvents, SupervisorPool } from "./supervisors.ts";
import { Warden } from "./warden.ts";

export interface ProcessDriverOptions {
  /** The driver's own folder, made when absent; one driver at a time. */
  readonly directory: string;
  readonly environment: Environment;
  /** Devices that discovery does not find. */
  readonly configuredDevices?: readonly DeviceFacts[];
  /** Such as `8xA100-80G`: devices for trials, granted like real ones, ids `simulated-0` …  Throws RangeError when malformed. */
  readonly simulateDevices?: readonly string[];
  /** Run tasks even where neither a sandbox nor limits work. */
  readonly allowNoIsolation?: boolean;
  readonly logger?: DriverLogger;
  /** The node's name; this machine's host name unless said otherwise. */
  readonly node?: string;
  /** Folders no task may see, such as the server's data; by default the parent of `directory`. */
  readonly privatePaths?: readonly string[];
  /** For trials of weaker levels: programs to do without. */
  readonly without?: readonly ("bwrap" | "setpriv" | "cgroups")[];
}

/** Opens the engine that runs tasks on this machine, and adopts what runs already. */
export async function openProcessDriver(options: ProcessDriverOptions): Promise<Driver> {
  const engine = await openEngine(options);
  const stopEvents = present(engine.events)
    ? readEvents(engine.events, (event) => {
        const attempt = engine.live.get(event.attempt as AttemptId);
        if (attempt !== undefined) takeHint(engine, attempt, event.type);
      })
    : () => undefined;
  await adoptAll(engine);
  const stopSampler = startSampler(engine);
  return driverOf(engine, async () => {
    engine.closed = true;
    stopSampler();
    stopEvents();
    engine.supervisors.close();
    for (const attempt of engine.live.values()) attempt.disarm?.();
    for (const attempt of engine.live.values()) await attempt.preparing?.catch(() => undefined);
    engine.cgroups?.close();
    // From here on nothing new begins.
    engine.warden.close();
  });
}

async function openEngine(options: ProcessDriverOptions): Promise<Engine> {
  const directory = path.resolve(options.directory);
  for (const name of ["live", "done"])
    mkdirSync(path.join(directory, name), { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  const tools = toolsWithout(options.without ?? []);
  const privatePaths = options.privatePaths ?? [path.dirname(directory)];
  const user = sandboxUser(tools) ?? process.getuid?.() ?? 0;
  const etc = prepareEtc(directory, user, user, folderNames(path.join(directory, "live")).length === 0);
  const probe = await probeIsolation(directory, etc, privatePaths, tools);
  const devices = new DeviceCatalogue(
    [...(options.configuredDevices ?? []), ...simulatedDevices(options.simulateDevices ?? [])],
    findProgram("nvidia-smi"),
  );
  await devices.refresh(options.environment.clock.monotonicMs());
  const events = path.join(directory, "events");
  makeEventPipe(events);
  const withCgroups = options.without?.includes("cgroups") !== true && probe.settings.level !== "process";
  const cgroupRoot = withCgroups ? findCgroupRoot(directory) : undefined;
  const control = findProgram("nvidia-cuda-mps-control");
  const bwrap = probe.settings.level === "sandbox" ? tools.bwrap : undefined;
  const sharing = await openSharing({ control, directory, bwrap }, devices);
  const system = writeSystemOptions(probe.settings);
  const onGone = (id: string): void => {
    const attempt = engine.live.get(id as AttemptId);
    if (attempt !== undefined) inspect(engine, attempt, true);
  };
  const supervisors = new SupervisorPool(probe.settings.tools.shell, events, onGone, [
    `${path.join(directory, "live")}/`,
    ...new Set(Object.values(cgroupRoot?.parents ?? {}).map((parent) => `${parent}/`)),
    system.offline,
    system.online,
    ...launcherWords(probe.settings),
  ]);
  const engine: Engine = {
    directory,
    node: options.node ?? os.hostname().toLowerCase(),
    environment: options.environment,
    logger: options.logger ?? { warn: () => undefined },
    probe,
    cgroups: cgroupRoot === undefined ? undefined : new CgroupPool(cgroupRoot),
    allowNoIsolation: options.allowNoIsolation ?? false,
    privatePaths,
    devices,
    sharing,
    events,
    system,
    supervisors,
    warden: new Warden(probe.settings.tools.shell, directory, options.environment.random.uuid()),
    live: new Map(),
    starting: new Set(),
    barred: new Set(),
    listeners: new Set(),
    closed: false,
  };
  return engine;
}

/** Beside the /etc they name. */
function writeSystemOptions(settings: LaunchSettings): Engine["system"] {
  const system = { online: `${settings.etc}.online`, offline: `${settings.etc}.offline` };
  const sandbox = settings.level === "sandbox";
  writeChanged(system.online, sandbox ? nulSeparated(systemOptions(settings, true)) : "");
  writeChanged(system.offline, sandbox ? nulSeparated(systemOptions(settings, false)) : "");
  return system;
}

/** A supervisor of the former driver may be about to read it: never shorter for a moment. */
function writeChanged(file: string, text: string): void {
  if (readText(file) === text) return;
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

function toolsWithout(without: readonly string[]): LauncherTools {
  const tools = findTools();
  return {
    ...tools,
    bwrap: without.includes("bwrap") ? undefined : tools.bwrap,
    setpriv: without.includes("setpriv") ? undefined : tools.setpriv,
  };
}

function driverOf(engine: Engine, close: () => Promise<void>): Driver {
  return {
    engine: "process",
    facts: () => facts(engine),
    submit: (job) => submit(engine, job),
    observe: (attempts) => Promise.resolve(attempts.map((attempt) => observe(engine, attempt.id))),
    watch: (onChange) => {
      engine.listeners.add(onChange);
      return () => engine.listeners.delete(onChange);
    },
    cancel: (attempt, { graceMs, why }) => cancel(engine, attempt.id, { why, graceMs }),
    logs: (attempt, options) => readLog(logSource(engine, attempt.id), options),
    outputs: (attempt, signal) => outputs(engine, attempt, signal),
    list: () =>
      Promise.resolve([
        ...[...engine.live.keys()].map((id) => ({ attempt: id, handle: handleOf(id), live: true })),
        ...folderNames(path.join(engine.directory, "done")).map((name) => ({
          attempt: name as AttemptId,
          handle: handleOf(name as AttemptId),
          live: false,
        })),
      ]),
    forget: (attempt) => forget(engine, attempt),
    close,
  };
}

function observe(engine: Engine, id: AttemptId): Observation {
  const live = engine.live.get(id);
  if (live !== undefined) {
    if (live.supervisor === undefined) {
      return { attempt: id, state: "queued", reason: { en: "It is being prepared.", zh: "正在准备。" } };
    }
    const usage = live.meter.usage();
    return {
      attempt: id,
      state: "running",
      startedAtMs: live.supervisor.startedAtMs,
      node: engine.node,
      usage,
    };
  }
  try {
    const ending = endingOf(engine, id);
    if (ending !== undefined) return { attempt: id, state: "ended", ...ending };
    if (!present(doneFolder(engine, id))) return { attempt: id, state: "absent" };
    return {
      attempt: id,
      state: "unknown",
      reason: { en: "Its record cannot be read.", zh: "其记录无法读取。" },
    };
  } catch (error) {
    return {
      attempt: id,
      state: "unknown",
      reason: { en: String(error), zh: `读取记录失败：${String(error)}` },
    };
  }
}

function logSource(engine: Engine, id: AttemptId): Parameters<typeof readLog>[0] {
  return {
    file: () => filesOf(engine, id)?.log,
    complete: () => !engine.live.has(id),
    onComplete: (run) => {
      const listener = (changed: AttemptId): void => {
        if (changed === id) run();
      };
      engine.listeners.add(listener);
      return () => engine.listeners.delete(listener);
    },
  };
}

async function* outputs(
  engine: Engine,
  attempt: AttemptRef,
  signal: AbortSignal,
): AsyncGenerator<OutputFile> {
  const files = engine.live.has(attempt.id) ? undefined : filesOf(engine, attempt.id);
  const job = files && readJson<StoredJob>(files.job);
  if (files !== undefined && job !== undefined) yield* outputFiles(files.work, job.outputs, signal);
}

async function forget(engine: Engine, attempt: AttemptRef): Promise<void> {
  if (engine.live.has(attempt.id)) {
    throw new Error(`attempt ${attempt.id} has not ended: cancel it first`);
  }
  engine.barred.delete(attempt.id);
  const files = filesOf(engine, attempt.id);
  if (files === undefined) return;
  await rm(files.folder, { recursive: true, force: true }).catch(async () => {
    await openFolders(files.work);
    await rm(files.folder, { recursive: true, force: true });
  });
}

/** A task may have left folders that even their owner cannot enter. */
async function openFolders(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await openFolders(path.join(folder, entry.name));
  }
}

async function facts(engine: Engine): Promise<EngineFacts> {
  await engine.devices.refresh(engine.environment.clock.monotonicMs());
  const machine = await machineFacts(engine.directory, engine.node);
  const controllers = engine.cgroups?.root.parents ?? {};
  const visible = engine.probe.settings.level === "sandbox";
  const bounded = engine.sharing.mps === undefined ? new Set() : engine.devices.nvidiaIds;
  const devices = [...engine.devices.byId.values()].map((device) => ({
    ...device,
    enforcesShares: bounded.has(device.id),
  }));
  return {
    version: `process ${engine.probe.settings.level}${engine.cgroups === undefined ? "" : `, cgroup v${engine.cgroups.root.version}`}`,
    nodes: [{ ...machine, devices }],
    isolation: engine.probe.levels,
    enforces: [
      ...(controllers.cpu === undefined ? [] : (["cpu"] as const)),
      "memory",
      ...(controllers.pids === undefined ? [] : (["pids"] as const)),
      ...(visible ? (["device-visibility"] as const) : []),
      ...(bounded.size > 0 ? (["device-share"] as const) : []),
      "time-limit",
    ],
    warnings: warnings(engine),
  };
}

function warnings(engine: Engine): Words[] {
  const { probe } = engine;
  const found: Words[] = [];
  if (probe.settings.level !== "sandbox") {
    const said = probe.failures.join("; ");
    found.push({
      en: `Tasks run at the isolation level "${probe.settings.level}" and can read what this user can (${said}): install bubblewrap.`,
      zh: `任务以隔离级别“${probe.settings.level}”运行，可读取本用户能读取的内容（${said}）：请安装 bubblewrap。`,
    });
  }
  if (engine.cgroups === undefined) {
    found.push({
      en: "No cgroup is writable: CPU is not limited, and memory is watched once a second only.",
      zh: "没有可写的 cgroup：CPU 不受限制，内存仅每秒检查一次。",
    });
  }
  for (const warning of [engine.devices.warning, engine.sharing.warning])
    if (warning !== undefined) found.push(warning);
  return found;
}
