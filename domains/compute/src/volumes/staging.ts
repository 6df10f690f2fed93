import {
  type AnyStored,
  apiVersionOf,
  type CommitOptions,
  type Draft,
  type Objects,
  type Words,
  words,
} from "@yunhe/kernel";
import { isConflict } from "../attempts/conflict.ts";
import { JobRefused, type Storage, type VolumeMount } from "../driver/port.ts";
import type { Attempt } from "../kinds/attempt.ts";
import { type Task, taskKind } from "../kinds/task.ts";
import type { Pool } from "../kinds/pool.ts";
import { type Transfer, transferKind } from "../kinds/transfer.ts";
import { volumeKind } from "../kinds/volume.ts";
import { checkpointLabel, checkpointName } from "./checkpoint.ts";
import { placeIn } from "./mover.ts";
import type { VolumeFolders } from "./reconciler.ts";
import { rivals, type VolumeUse } from "./use.ts";

/** Goes into every write (C1). */
export type Fence = Pick<CommitOptions, "fence">;

/** What of a task's data is in place. */
export type Staged =
  | {
      readonly type: "ready";
      readonly volumes: readonly VolumeMount[];
      readonly pathVariables: Readonly<Record<string, string>>;
    }
  | { readonly type: "waiting"; readonly why: Words };

export type Returned =
  | { readonly type: "home" | "waiting" }
  | { readonly type: "failed"; readonly why: Words };

export interface StagingOptions {
  readonly objects: Objects;
  readonly folders: VolumeFolders;
  readonly use: VolumeUse;
  /** The storage of a pool; `home` for pools of this host, undefined while its engine is not open. */
  readonly storageOf: (pool: string) => Storage | "home" | undefined;
  readonly pool: (name: string) => Pool | undefined;
}

type Mount = Task["spec"]["volumes"][number];

const actor = "system:reconciler/attempt";

/** Brings the volumes of a task to where its attempt runs, and back. */
export class Staging {
  readonly #options: StagingOptions;

  constructor(options: StagingOptions) {
    this.#options = options;
  }

  /** Throws {@link JobRefused} naming the volume that is missing or cannot be brought there. */
  async in(task: Task, attempt: Attempt, fence: Fence): Promise<Staged> {
    const mounts = mountsOf(task);
    const pathVariables = task.spec.checkpoint && { YUNHE_CHECKPOINT: task.spec.checkpoint.path };
    if (mounts.length === 0) return { type: "ready", volumes: [], pathVariables: {} };
    const storage = this.#options.storageOf(attempt.spec.pool);
    const law = storage === "home" ? undefined : this.#options.pool(attempt.spec.pool)?.spec.jurisdiction;
    const folders = await Promise.all(mounts.map((mount) => this.#folder(task, attempt, mount, law, fence)));
    const busy = storage === undefined ? [] : mounts.flatMap((mount) => this.#rivals(attempt, mount));
    if (storage === undefined || busy.length > 0) return { type: "waiting", why: waitsFor(busy) };
    if (storage !== "home") {
      const moves = await Promise.all(mounts.map((mount) => this.#transfer(attempt, mount, "in", fence)));
      const open = moves.find((move) => move?.status?.phase !== "Done");
      if (open !== undefined || moves.includes(undefined)) return { type: "waiting", why: moving(open) };
    }
    const project = task.metadata.namespace ?? "";
    const volumes = mounts.map((mount, index) => ({
      volume: mount.name,
      source: storage === "home" ? folders[index]! : placeIn(storage, project, mount.name).path,
      mountPath: mount.mountPath,
      readOnly: mount.readOnly,
    }));
    return { type: "ready", volumes, pathVariables: { ...pathVariables } };
  }

  /** After an attempt has ended: what it may have written goes home. */
  async out(task: Task, attempt: Attempt, fence: Fence): Promise<Returned> {
    const written = mountsOf(task).filter(({ readOnly }) => !readOnly);
    if (written.length === 0 || this.#options.storageOf(attempt.spec.pool) === "home")
      return { type: "home" };
    const moves = await Promise.all(written.map((mount) => this.#transfer(attempt, mount, "out", fence)));
    const failed = moves.find((move) => move?.status?.phase === "Failed");
    if (failed) return { type: "failed", why: notReturned(failed) };
    return { type: moves.every((move) => move?.status?.phase === "Done") ? "home" : "waiting" };
  }

  /** The checkpoint of a task that has succeeded, unless it is to be kept. */
  async letGo(task: Task): Promise<readonly Draft[]> {
    if (task.spec.checkpoint?.keep !== "until-success") return [];
    const name = checkpointName(task);
    const volume = await this.#options.objects.get(volumeKind, task.metadata.namespace ?? "", name);
    if (!volume || volume.metadata.deletionTimestamp !== undefined) return [];
    return [{ type: "delete", kind: volumeKind, object: volume as AnyStored }];
  }

  #rivals(attempt: Attempt, mount: Mount): string[] {
    const { use, storageOf } = this.#options;
    const me = {
      attemptUid: attempt.metadata.uid,
      attempt: attempt.metadata.name,
      pool: attempt.spec.pool,
      writes: !mount.readOnly,
      createdMs: Date.parse(attempt.metadata.creationTimestamp),
    };
    const siteOf = (pool: string): string => (storageOf(pool) === "home" ? "" : pool);
    const users = use.of(attempt.metadata.namespace ?? "", mount.name);
    return rivals(me, users, siteOf).map((other) => `${mount.name} (${other.attempt})`);
  }

  /** The volume's folder at home. A checkpoint is made when it is first needed. */
  async #folder(
    task: Task,
    attempt: Attempt,
    mount: Mount,
    /** Where a copy would be made; undefined: nowhere. */
    jurisdiction: string | undefined,
    fence: Fence,
  ): Promise<string> {
    const { objects, folders } = this.#options;
    const project = task.metadata.namespace ?? "";
    const volume = await objects.get(volumeKind, project, mount.name);
    if (!volume && mount.name === checkpointName(task)) await this.#makeCheckpoint(task, fence);
    else if (!volume || volume.metadata.deletionTimestamp !== undefined) throw missing(mount.name);
    const allowed = volume?.spec.jurisdictions ?? [];
    if (jurisdiction !== undefined && allowed.length > 0 && !allowed.includes(jurisdiction))
      throw forbidden(mount.name, attempt.spec.pool);
    await folders.ensure(project, mount.name);
    const path = await folders.path(project, mount.name);
    if (path === undefined) throw missing(mount.name);
    return path;
  }

  async #makeCheckpoint(task: Task, fence: Fence): Promise<void> {
    const { name, namespace = "", uid } = task.metadata;
    const owner = { apiVersion: apiVersionOf(taskKind), kind: taskKind.kind, name, uid, controller: true };
    const object = {
      metadata: {
        name: checkpointName(task),
        namespace,
        labels: { [checkpointLabel]: name },
        ownerReferences: [owner],
      },
      spec: { description: `checkpoint of task ${name}`, jurisdictions: task.spec.placement.jurisdictions },
    };
    await this.#create(volumeKind, object, fence);
  }

  /** The record of one move; made when it is first asked for. */
  async #transfer(
    attempt: Attempt,
    mount: Mount,
    direction: "in" | "out",
    fence: Fence,
  ): Promise<Transfer | undefined> {
    const { uid, namespace = "", name: attemptName } = attempt.metadata;
    const name = `${uid}-${direction}-${mount.name}`.slice(0, 253);
    const known = await this.#options.objects.get(transferKind, namespace, name);
    if (known?.status?.phase === "Failed" && direction === "in") throw notMoved(known);
    if (known) return known;
    const { pool, task } = attempt.spec;
    const writes = !mount.readOnly;
    const spec = { volume: mount.name, direction, pool, writes, attempt: attemptName, attemptUid: uid, task };
    await this.#create(transferKind, { metadata: { name, namespace }, spec }, fence);
    return undefined;
  }

  async #create(kind: typeof volumeKind | typeof transferKind, object: object, fence: Fence): Promise<void> {
    try {
      await this.#options.objects.commit([{ type: "create", kind, object: object as AnyStored }], {
        actor,
        ...fence,
      });
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
}

/** Its volumes, and its checkpoint as one more. */
function mountsOf(task: Task): Mount[] {
  const { volumes, checkpoint } = task.spec;
  if (!checkpoint) return volumes;
  return [...volumes, { name: checkpointName(task), mountPath: checkpoint.path, readOnly: false }];
}

const missing = (name: string): JobRefused =>
  new JobRefused(
    words(
      `Volume ${name} does not exist in this project; create it first.`,
      `本项目中没有存储卷 ${name}；请先创建。`,
    ),
  );

function notMoved({ spec, status }: Transfer): JobRefused {
  const { message = "", messageZh = message } = status ?? {};
  return new JobRefused(
    words(
      `Volume ${spec.volume} could not be brought to pool ${spec.pool}: ${message}`,
      `无法将存储卷 ${spec.volume} 送往资源池 ${spec.pool}：${messageZh}`,
    ),
    { elsewhere: true },
  );
}

function notReturned({ spec, status }: Transfer): Words {
  const { message = "", messageZh = message } = status ?? {};
  return words(
    `What it wrote to volume ${spec.volume} could not be brought back from pool ${spec.pool}: ${message}`,
    `无法将其写入存储卷 ${spec.volume} 的内容从资源池 ${spec.pool} 取回：${messageZh}`,
  );
}

const forbidden = (volume: string, pool: string): JobRefused =>
  new JobRefused(
    words(
      `The data of volume ${volume} may not be copied to where pool ${pool} is.`,
      `存储卷 ${volume} 的数据不得复制到资源池 ${pool} 所在的法域。`,
    ),
    { elsewhere: true },
  );

const waitsFor = (busy: readonly string[]): Words =>
  busy.length === 0
    ? words("The engine of its pool is not open yet.", "所在资源池的引擎尚未打开。")
    : words(
        `A volume is written in one place at a time; it waits for ${busy.join(", ")}.`,
        `存储卷同一时刻只在一处写入；正在等待 ${busy.join("、")}。`,
      );

function moving(open: Transfer | undefined): Words {
  const { movedBytes = 0, totalBytes, bytesPerSecond } = open?.status ?? {};
  const rate = bytesPerSecond === undefined ? "" : `, ${mib(bytesPerSecond)} MiB/s`;
  const of = totalBytes === undefined ? "" : ` / ${mib(totalBytes)}`;
  return words(
    `Its data are on the way: ${mib(movedBytes)}${of} MiB${rate}.`,
    `数据传输中：${mib(movedBytes)}${of} MiB${rate}。`,
  );
}

const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
