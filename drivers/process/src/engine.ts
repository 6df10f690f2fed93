import { readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Environment, Words } from "@yunhe/kernel";
import type { AttemptId, Ending, JobHandle } from "@yunhe/domain-compute/driver";
import type { LiveAttempt } from "./attempt.ts";
import type { CgroupPool } from "./cgroup-pool.ts";
import type { DeviceCatalogue } from "./device-catalogue.ts";
import type { IsolationProbe } from "./isolation.ts";
import { attemptFiles, present, readEnding, readJson } from "./journal.ts";
import type { AttemptFiles } from "./journal.ts";
import { Meter } from "./meter.ts";
import type { MeterState } from "./meter.ts";
import type { Sharing } from "./sharing.ts";
import type { SupervisorPool } from "./supervisors.ts";
import type { Warden } from "./warden.ts";

export interface DriverLogger {
  warn(words: Words): void;
}

/** What every part of the driver shares. */
export interface Engine {
  readonly directory: string;
  readonly node: string;
  readonly environment: Environment;
  readonly logger: DriverLogger;
  readonly probe: IsolationProbe;
  readonly cgroups: CgroupPool | undefined;
  readonly allowNoIsolation: boolean;
  readonly privatePaths: readonly string[];
  readonly devices: DeviceCatalogue;
  readonly sharing: Sharing;
  readonly events: string;
  /** Files with the sandbox options that are the same for every attempt with and without a network. */
  readonly system: { readonly online: string; readonly offline: string };
  readonly supervisors: SupervisorPool;
  readonly warden: Warden;
  readonly live: Map<AttemptId, LiveAttempt>;
  /** Those of them that are not known to have begun. */
  readonly starting: Set<AttemptId>;
  /**
   * Those whose end was ordered, whether they are known here or not: none of them is started any more. What is on its
   * way dies with this process, so that nothing of it need be written down.
   */
  readonly barred: Set<AttemptId>;
  readonly listeners: Set<(attempt: AttemptId) => void>;
  closed: boolean;
}

export const liveFolder = (engine: Pick<Engine, "directory">, id: string): string =>
  path.join(engine.directory, "live", id);
export const doneFolder = (engine: Pick<Engine, "directory">, id: string): string =>
  path.join(engine.directory, "done", id);

export function handleOf(id: AttemptId): JobHandle {
  return `process:${id}` as JobHandle;
}

export function notify(engine: Engine, id: AttemptId): void {
  for (const listener of engine.listeners) listener(id);
}

export function dropAttempt(engine: Engine, id: AttemptId): void {
  engine.live.delete(id);
  engine.starting.delete(id);
}

export function newAttempt(engine: Engine, id: AttemptId, meter?: MeterState): LiveAttempt {
  const attempt: LiveAttempt = {
    id,
    files: attemptFiles(liveFolder(engine, id)),
    meter: new Meter(meter),
    job: undefined,
    supervisor: undefined,
    preparing: undefined,
    disarm: undefined,
    ended: Promise.withResolvers<Ending>(),
    settling: false,
    lostAtMs: undefined,
  };
  engine.live.set(id, attempt);
  engine.starting.add(id);
  return attempt;
}

/** Files of an attempt wherever it is; undefined when the engine has never heard of it. */
export function filesOf(engine: Engine, id: AttemptId): AttemptFiles | undefined {
  if (!/^[a-z0-9-]{1,63}$/.test(id)) return undefined;
  const live = engine.live.get(id);
  if (live !== undefined) return live.files;
  const folder = doneFolder(engine, id);
  return present(folder) ? attemptFiles(folder) : undefined;
}

export function endingOf(engine: Engine, id: AttemptId): Ending | undefined {
  return readEnding(attemptFiles(doneFolder(engine, id)));
}

export function folderNames(folder: string): string[] {
  return readdirSync(folder);
}

/** Seconds since boot on the clock that supervisors write down; never goes back. */
export const uptimeS = (): number => os.uptime();

/** Kept so that totals go on growing after a restart; written whole, and read whole or not at all. */
export function saveMeters(engine: Engine): void {
  const states: Record<string, MeterState> = {};
  for (const attempt of engine.live.values())
    if (attempt.supervisor !== undefined) states[attempt.id] = attempt.meter.state;
  const file = path.join(engine.directory, "meters.json");
  if (Object.keys(states).length === 0) rmSync(file, { force: true });
  else replaceFile(file, JSON.stringify(states));
}

export function loadMeters(directory: string): Record<string, MeterState> {
  return readJson<Record<string, MeterState>>(path.join(directory, "meters.json")) ?? {};
}

function replaceFile(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
