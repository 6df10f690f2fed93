import {
  type AnyKind,
  type Api,
  ApiError,
  Controller,
  eventExpiry,
  eventKind,
  keyOfKind,
  Leader,
  type Objects,
  openApi,
  openObjects,
  ownerCollector,
  type ReconcileFailure,
  sharedObject,
  type Store,
} from "@yunhe/kernel";
import { type Compute, computeActions, computeKinds, openCompute, taskKind } from "@yunhe/domain-compute";
import type { Driver } from "../../../domains/compute/src/driver/port.ts";
import type { Chance } from "./chance.ts";
import type { Blobs } from "./blobs.ts";
import type { Hooks } from "../defects/hooks.ts";
import { watchOwnWrites } from "../checks/own-writes.ts";
import { newerTaskKind, writingAsNewer } from "./versions.ts";
import { permitAuthorizer, permitKind } from "./permissions.ts";
import { Process } from "./process.ts";
import type { WorldTime } from "./time.ts";
import type { Violation } from "../checks/violation.ts";

export const kinds: readonly AnyKind[] = [eventKind, permitKind, ...computeKinds];
export const meterMs = 5000;

export interface ReplicaOptions {
  readonly name: string;
  readonly time: WorldTime;
  readonly chance: Chance;
  readonly hooks: Hooks;
  /** Asked at each start: does it run the version to come? */
  readonly isNewer: () => boolean;
  readonly blobs: Blobs;
  readonly openStore: (process: Process) => Store;
  readonly drivers: (process: Process) => Readonly<Record<string, () => Promise<Driver>>>;
  readonly onFailure: (failure: ReconcileFailure) => void;
  readonly onViolation: (violation: Violation) => void;
}

interface Running {
  readonly process: Process;
  readonly store: Store;
  readonly api: Api;
  readonly compute: Compute;
  readonly leader: Leader;
}

/** One control plane: the real leader, controllers, reconcilers and API over what the world gives it. */
export class Replica {
  readonly name: string;
  readonly #options: ReplicaOptions;
  #running: Running | undefined;
  #process: Process | undefined;
  #starts = 0;
  #epoch: number | undefined;
  /** The host's clock stays wrong when the process starts again. */
  wallOffsetMs = 0;

  constructor(options: ReplicaOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** Undefined while it is down. */
  get process(): Process | undefined {
    return this.#process;
  }

  get api(): Api | undefined {
    return this.#running?.api;
  }

  get compute(): Compute | undefined {
    return this.#running?.compute;
  }

  get leads(): boolean {
    return this.#running?.leader.leads ?? false;
  }

  /** The epoch under which it leads, or led last. */
  get epoch(): number | undefined {
    return this.#epoch;
  }

  shiftClock(byMs: number): void {
    this.setClock(this.wallOffsetMs + byMs);
  }

  setClock(offsetMs: number): void {
    this.wallOffsetMs = offsetMs;
    if (this.#process !== undefined) this.#process.wallOffsetMs = offsetMs;
  }

  crash(): void {
    this.#process?.kill();
    this.#process = undefined;
    this.#running = undefined;
  }

  /** Stops in good order: leadership is handed over at once. */
  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    if (running === undefined) return this.crash();
    running.api.close();
    await running.leader.stop();
    await running.compute.close();
    if (this.#process === running.process) this.crash();
  }

  /** Starts it; where that fails, as with a store that is down, its supervisor tries again a second later. */
  async start(): Promise<void> {
    if (this.#process !== undefined) return;
    try {
      await this.#open();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.crash();
      this.#options.time.after(1000, () => void this.start());
    }
  }

  async #open(): Promise<void> {
    const { name, time, chance, hooks, openStore } = this.#options;
    this.#starts += 1;
    const process = new Process(name, time, chance.fork(`${name}-${this.#starts}`));
    process.wallOffsetMs = this.wallOffsetMs;
    this.#process = process;
    const bare = openStore(process);
    const isNewer = this.#options.isNewer();
    const context = { chance: chance.fork(`hooks-${name}-${this.#starts}`), time, isNewer };
    const store = hooks.store?.(bare, context) ?? bare;
    const { environment } = process;
    const known = isNewer ? kinds.map((kind) => (kind === taskKind ? newerTaskKind : kind)) : kinds;
    const opened = reading(store, openObjects(store, known, environment));
    const plain = isNewer ? writingAsNewer(opened) : opened;
    const objects = hooks.objects?.(plain, context) ?? plain;
    const watched = watchOwnWrites(objects, this.#options.onViolation);
    const compute = await openCompute({
      store: hooks.views?.(store, context) ?? store,
      objects: watched,
      environment,
      blobs: this.#options.blobs,
      folders: noFolders,
      drivers: this.#options.drivers(process),
      settings: { pollMs: 2000, meterMs, factsEveryMs: 15_000 },
    });
    const api = openApi({
      store,
      kinds: known,
      environment,
      authorizer: await permitAuthorizer(store),
      actions: computeActions,
    });
    const leader = this.#leader(process, store, watched, compute, context);
    if (!process.alive) return;
    this.#running = { process, store, api, compute, leader };
    await leader.start();
  }

  #leader(
    process: Process,
    store: Store,
    objects: Objects,
    compute: Compute,
    context: Parameters<NonNullable<Hooks["store"]>>[1],
  ): Leader {
    const { environment } = process;
    const { hooks, onFailure } = this.#options;
    return new Leader({
      store,
      environment,
      lease: "control-plane",
      holder: environment.random.uuid(),
      start: async (fence) => {
        this.#epoch = fence.epoch;
        const all = [
          ownerCollector(objects, kinds),
          eventExpiry(objects, environment),
          ...compute.reconcilers,
        ];
        const reconcilers = hooks.reconcilers?.(all, context) ?? all;
        const controllers = reconcilers.map(
          (reconciler) => new Controller({ reconciler, store, environment, fence, onError: onFailure }),
        );
        await Promise.all(controllers.map((controller) => controller.start()));
        return async () => {
          await Promise.all(controllers.map((controller) => controller.stop()));
        };
      },
    });
  }
}

/** Reads come parsed already, as followers have them: parsing them again would take longer than most of what follows. */
const reading = (store: Store, objects: Objects): Objects => ({
  ...objects,
  async get(kind, namespace, name) {
    const stored = await store.get({ kind: keyOfKind(kind), namespace, name });
    return stored && sharedObject<typeof kind>(stored);
  },
});

const noFolders = {
  ensure: async () => {},
  measure: async () => ({ bytes: 0 }),
  path: async () => "/volume",
  remove: async () => {},
};
