import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  type ActionHandlers,
  type AnyKind,
  type Api,
  type ApiError,
  Controller,
  type ControllerMetrics,
  type Environment,
  eventExpiry,
  eventKind,
  keepHistoryBounded,
  Leader,
  type Objects,
  openApi,
  openObjects,
  openSqliteStore,
  ownerCollector,
  type ReconcileFailure,
  type Reconciler,
  type Store,
} from "@yunhe/kernel";
import { type Compute, computeActions, computeKinds, openCompute } from "@yunhe/domain-compute";
import { type EvaluationDomain, evaluationKinds, openEvaluation } from "@yunhe/domain-evaluation";
import {
  type Identity,
  identityBarrierKinds,
  identityKinds,
  openIdentity,
  projectKind,
} from "@yunhe/domain-identity";
import { ensureDefaults } from "./defaults.ts";
import { type DriverSettings, drivers } from "./drivers.ts";
import { blobContents } from "./evaluation/contents.ts";
import { finishedTransfers } from "./evaluation/finished-transfers.ts";
import { fleetFacts } from "./evaluation/fleet-facts.ts";
import { FileBlobStore } from "./files/blob-store.ts";
import { rsyncMover } from "./files/rsync.ts";
import { volumeFolders } from "./files/volume-folders.ts";

export interface ControlPlaneOptions {
  /** Everything that lasts lies below it. */
  readonly directory: string;
  readonly environment: Environment;
  readonly drivers: DriverSettings;
  /** Actions of the identity domain need the address of the server: it gives them. */
  readonly identityActions: (objects: Objects) => ActionHandlers;
  readonly onFatal: (error: ApiError) => void;
  readonly onReconcileError: (failure: ReconcileFailure) => void;
}

/** Store, domains and loops of one process; HTTP stands before it. */
export interface ControlPlane {
  readonly store: Store;
  readonly objects: Objects;
  readonly kinds: readonly AnyKind[];
  readonly identity: Identity;
  readonly compute: Compute;
  readonly evaluation: EvaluationDomain;
  readonly blobs: FileBlobStore;
  readonly api: Api;
  readonly leads: () => boolean;
  /** Begins to lead and to reconcile; resolves when every present object has been seen. The API serves without it. */
  start(): Promise<void>;
  readonly metrics: () => Readonly<Record<string, ControllerMetrics>>;
  /** Stops the loops, lets go of the engines and closes the store; jobs go on. */
  close(): Promise<void>;
}

/** Every kind there is: the one list of domains. */
export const allKinds: readonly AnyKind[] = [
  eventKind,
  ...identityKinds,
  ...computeKinds,
  ...evaluationKinds,
];

export async function openControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { directory, environment, onFatal } = options;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const store = await openSqliteStore({
    path: join(directory, "yunhe.db"),
    barrierKinds: identityBarrierKinds,
    onFatal,
  });
  const kinds = allKinds;
  const objects = openObjects(store, kinds, environment);
  const identity = await openIdentity({ store, objects, kinds, environment });
  const blobs = new FileBlobStore(join(directory, "blobs"));
  const compute = await openCompute({
    store,
    objects,
    environment,
    blobs,
    folders: volumeFolders(join(directory, "volumes")),
    mover: rsyncMover(),
    drivers: drivers(directory, environment, options.drivers),
  });
  const transfers = await finishedTransfers(store);
  const evaluation = openEvaluation({
    objects,
    environment,
    contents: blobContents(blobs),
    fleet: fleetFacts(compute, transfers),
  });
  const api = openApi({
    store,
    kinds,
    authorizer: identity.authorizer,
    environment,
    actions: { ...options.identityActions(objects), ...computeActions, ...evaluation.actions },
    namespaceKind: projectKind,
    admit: compute.admit,
  });
  await ensureDefaults(objects);
  const loops = new Loops(options, store, () => [
    ownerCollector(objects, kinds),
    eventExpiry(objects, environment),
    ...identity.reconcilers,
    ...compute.reconcilers,
    ...evaluation.reconcilers,
  ]);
  const stopCompacting = keepHistoryBounded(store, environment);
  return {
    store,
    objects,
    kinds,
    identity,
    compute,
    evaluation,
    blobs,
    api,
    leads: () => loops.leads,
    start: loops.start,
    metrics: () => loops.metrics(),
    async close() {
      stopCompacting();
      api.close();
      await loops.stop();
      await evaluation.close();
      transfers.stop();
      await compute.close();
      identity.stop();
      await store.close();
    },
  };
}

/** The controllers of the time in which this process leads. */
class Loops {
  readonly #leader: Leader;
  #controllers: readonly (readonly [string, Controller])[] = [];

  constructor(options: ControlPlaneOptions, store: Store, reconcilers: () => readonly Reconciler[]) {
    const { environment, onReconcileError } = options;
    this.#leader = new Leader({
      store,
      environment,
      lease: "control-plane",
      holder: environment.random.uuid(),
      start: async (fence) => {
        this.#controllers = reconcilers().map((reconciler) => [
          reconciler.name,
          new Controller({ reconciler, store, environment, fence, onError: onReconcileError }),
        ]);
        await Promise.all(this.#controllers.map(([, controller]) => controller.start()));
        return async () => {
          await Promise.all(this.#controllers.map(([, controller]) => controller.stop()));
          this.#controllers = [];
        };
      },
    });
  }

  start = (): Promise<void> => this.#leader.start();
  stop = (): Promise<void> => this.#leader.stop();
  get leads(): boolean {
    return this.#leader.leads;
  }

  metrics(): Readonly<Record<string, ControllerMetrics>> {
    return Object.fromEntries(this.#controllers.map(([name, controller]) => [name, controller.metrics()]));
  }
}
