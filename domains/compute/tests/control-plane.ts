import { createHash } from "node:crypto";
import {
  type AnyStored,
  Controller,
  openMemoryStore,
  openObjects,
  ownerCollector,
  eventKind,
  type Reconciler,
  type SimulatedEnvironment,
  simulatedEnvironment,
} from "@yunhe/kernel";
import {
  type Attempt,
  attemptKind,
  type BlobStore,
  type Compute,
  computeKinds,
  openCompute,
  type Pool,
  poolKind,
  queueKind,
  type Task,
  taskKind,
  usageRecordKind,
} from "../src/index.ts";
import { isConflict } from "../src/attempts/conflict.ts";
import { FakeEngine } from "./fake-engine.ts";
import { FakeMover } from "./fake-mover.ts";

const kinds = [eventKind, ...computeKinds];

/** A control plane of this domain over a store in memory, with engines in memory, in simulated time. */
export async function openControlPlane(pools: readonly string[], settings: Record<string, number> = {}) {
  const environment = simulatedEnvironment();
  const store = openMemoryStore();
  const objects = openObjects(store, kinds, environment);
  const blobs = memoryBlobs();
  const mover = new FakeMover();
  const engines = new Map<string, FakeEngine>();
  const engine = (name: string): FakeEngine => {
    const known = engines.get(name) ?? new FakeEngine(environment, (source) => blobs.content(source));
    engines.set(name, known);
    return known;
  };
  let compute: Compute;
  let controllers: Controller[] = [];
  let epoch = 0;
  const errors: string[] = [];

  const start = async (): Promise<void> => {
    compute = await openCompute({
      store,
      objects,
      environment,
      blobs,
      folders: {
        ensure: async (_project, name) => void mover.folder(`/volumes/${name}`),
        measure: async (_project, name) => {
          const changedAtMs = mover.changed.get(`/volumes/${name}`);
          return { bytes: 0, ...(changedAtMs === undefined ? {} : { changedAtMs }) };
        },
        path: async (_project, name) =>
          mover.folders.has(`/volumes/${name}`) ? `/volumes/${name}` : undefined,
        remove: async (_project, name) => void mover.folders.delete(`/volumes/${name}`),
      },
      mover,
      drivers: { fake: (pool) => engine(pool.metadata.name).driver() },
      settings,
    });
    epoch += 1;
    const reconcilers: readonly Reconciler[] = [...compute.reconcilers, ownerCollector(objects, kinds)];
    controllers = reconcilers.map(
      (reconciler) =>
        new Controller({
          reconciler,
          store,
          environment,
          fence: { lease: "control-plane", epoch },
          onError: ({ error }) => errors.push(String(error)),
        }),
    );
    await Promise.all(controllers.map((controller) => controller.start()));
  };
  const stop = async (): Promise<void> => {
    const stopping = Promise.all(controllers.map((controller) => controller.stop()));
    await environment.advance(1);
    await stopping;
    const closing = compute.close();
    await environment.advance(20_000);
    await closing;
  };

  await objects.commit(
    [
      { type: "create", kind: queueKind, object: { metadata: { name: "default" }, spec: {} } },
      ...pools.map(
        (name) =>
          ({
            type: "create",
            kind: poolKind,
            object: { metadata: { name }, spec: { driver: "fake" } },
          }) as const,
      ),
    ],
    { actor: "test" },
  );
  for (const name of pools) engine(name);
  await start();

  return {
    environment,
    store,
    objects,
    mover,
    blobs,
    engine,
    errors,
    compute: () => compute,
    /** A restart of the control plane; engines and their jobs go on. */
    async restart() {
      await stop();
      await start();
    },
    close: stop,
    addPool: async (name: string, spec: Partial<Pool["spec"]> = {}): Promise<void> => {
      const object = { metadata: { name }, spec: { driver: "fake", ...spec } };
      await objects.commit([{ type: "create", kind: poolKind, object }], { actor: "test" });
    },
    /** Changes a pool's spec as a person would, again when somebody else was faster. */
    async changePool(name: string, spec: Partial<Pool["spec"]>): Promise<void> {
      const pool = (await objects.get(poolKind, "", name))!;
      const object = { ...pool, spec: { ...pool.spec, ...spec } } as AnyStored;
      const draft = { type: "update", kind: poolKind, object } as const;
      await objects.commit([draft], { actor: "test" }).catch((error: unknown) => {
        if (!isConflict(error)) throw error;
        return this.changePool(name, spec);
      });
    },
    async deletePool(name: string) {
      const object = (await objects.get(poolKind, "", name)) as AnyStored;
      await objects.commit([{ type: "delete", kind: poolKind, object }], { actor: "test" });
    },
    async submit(name: string, spec: Partial<Task["spec"]> | Record<string, unknown> = {}) {
      const object = { metadata: { name, namespace: "default" }, spec: { command: ["work"], ...spec } };
      await objects.commit([{ type: "create", kind: taskKind, object }], { actor: "test" });
    },
    task: async (name: string): Promise<Task> => (await objects.get(taskKind, "default", name))!,
    pool: (name: string): Promise<Pool | undefined> => objects.get(poolKind, "", name),
    attempts: (): Promise<Attempt[]> => objects.list(attemptKind, "default"),
    usage: (attempt: string) =>
      objects
        .list(usageRecordKind, "default")
        .then((records) =>
          records
            .filter(({ spec }) => spec.attempt === attempt)
            .toSorted((a, b) => a.spec.sequence - b.spec.sequence),
        ),
    /** Moves time on until it holds; fails when it does not within an hour of simulated time. */
    until: (what: string, holds: () => Promise<boolean> | boolean) => until(environment, what, holds),
  };
}

export type ControlPlane = Awaited<ReturnType<typeof openControlPlane>>;

async function until(
  environment: SimulatedEnvironment,
  what: string,
  holds: () => Promise<boolean> | boolean,
): Promise<void> {
  const giveUp = environment.clock.monotonicMs() + 3_600_000;
  while (environment.clock.monotonicMs() < giveUp) {
    if (await holds()) return;
    await environment.advance(250);
  }
  throw new Error(`waited in vain until ${what}`);
}

function memoryBlobs(): BlobStore & { content(path: string): Uint8Array } {
  const known = new Map<string, Uint8Array>();
  const pathOf = (sha256: string): string => `/blobs/${sha256}`;
  return {
    content: (path) => known.get(path)!,
    async put(_project, content) {
      const pieces: Uint8Array[] = [];
      for await (const piece of content) pieces.push(piece);
      const whole = Buffer.concat(pieces);
      const sha256 = createHash("sha256").update(whole).digest("hex");
      known.set(pathOf(sha256), whole);
      return { sha256, bytes: whole.byteLength };
    },
    async stat(_project, sha256) {
      const content = known.get(pathOf(sha256));
      return content && { sha256, bytes: content.byteLength };
    },
    path: async (_project, sha256) => (known.has(pathOf(sha256)) ? pathOf(sha256) : undefined),
  };
}
