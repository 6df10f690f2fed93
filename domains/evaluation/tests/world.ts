import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  type AnyKind,
  Controller,
  type Environment,
  Leader,
  type Objects,
  openMemoryStore,
  openObjects,
  type ReconcileFailure,
  type ResourceOf,
  type Store,
  systemEnvironment,
} from "@yunhe/kernel";
import { parse } from "yaml";
import {
  type Contents,
  type EvaluationDomain,
  evaluationKinds,
  type FleetFacts,
  openEvaluation,
  type PoolFacts,
} from "../src/index.ts";

/** Contents in memory, by project and digest. */
export function memoryContents(): Contents {
  const held = new Map<string, Uint8Array>();
  return {
    async put(project, bytes) {
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      held.set(`${project}/${sha256}`, bytes);
      return { sha256, bytes: bytes.byteLength };
    },
    async read(project, sha256) {
      return held.get(`${project}/${sha256}`);
    },
  };
}

export interface World {
  readonly store: Store;
  readonly objects: Objects;
  readonly environment: Environment;
  readonly domain: EvaluationDomain;
  readonly contents: Contents;
  readonly failures: readonly ReconcileFailure[];
  pools: readonly PoolFacts[];
  create(kind: AnyKind, name: string, spec: Record<string, unknown>): Promise<void>;
  /** The object, as soon as `until` holds of it. */
  when<Kind extends AnyKind>(
    kind: Kind,
    name: string,
    until: (object: ResourceOf<Kind>) => boolean,
  ): Promise<ResourceOf<Kind>>;
  close(): Promise<void>;
}

/** The domain with its loops over a store in memory and the real clock. */
export async function openWorld(settings: { readonly sampleEveryMs?: number } = {}): Promise<World> {
  const environment = systemEnvironment();
  const store = openMemoryStore();
  const objects = openObjects(store, evaluationKinds, environment);
  const contents = memoryContents();
  const failures: ReconcileFailure[] = [];
  const fleet: FleetFacts = { pools: () => world.pools };
  const domain = openEvaluation({
    objects,
    environment,
    contents,
    fleet,
    settings: { progressEveryMs: 20, ...settings },
  });
  let controllers: readonly Controller[] = [];
  const leader = new Leader({
    store,
    environment,
    lease: "test",
    holder: "test",
    start: async (fence) => {
      const onError = (failure: ReconcileFailure): void => void failures.push(failure);
      controllers = domain.reconcilers.map(
        (reconciler) => new Controller({ reconciler, store, environment, fence, onError }),
      );
      await Promise.all(controllers.map((controller) => controller.start()));
      return async () => void (await Promise.all(controllers.map((controller) => controller.stop())));
    },
  });
  const world: World = {
    store,
    objects,
    environment,
    domain,
    contents,
    failures,
    pools: [],
    async create(kind, name, spec) {
      const object = { metadata: { name, namespace: "default" }, spec };
      await objects.commit([{ type: "create", kind, object }], { actor: "system:test" });
    },
    async when(kind, name, until) {
      for (const limit = Date.now() + 20_000; Date.now() < limit;) {
        const found = await objects.get(kind, "default", name);
        if (found && until(found)) return found;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      throw new Error(
        `${name} never came there: ${JSON.stringify(await objects.get(kind, "default", name))}`,
      );
    },
    async close() {
      await leader.stop();
      await domain.close();
      await store.close();
    },
  };
  await leader.start();
  return world;
}

export const fleetDefinition = parse(
  readFileSync(new URL("../../../logic/evaluation/specifications/fleet.yaml", import.meta.url), "utf8"),
) as Record<string, unknown>;

const text = (id: string): { en: string; zh: string } => ({ en: id, zh: id });

/** Two indicators of regions, one index. */
export const trial = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  format: "yunhe.dev/index/v1",
  id: "trial",
  title: text("trial"),
  kinds: [{ id: "region", label: text("region") }],
  indicators: [
    { id: "cores", label: text("cores"), unit: "1", direction: "up", kind: "region" },
    { id: "latency", label: text("latency"), unit: "ms", direction: "down", kind: "region" },
  ],
  indices: [{ id: "total", label: text("total"), members: ["cores", "latency"] }],
  uncertainty: { seed: 3, replications: 2000, factors: [{ factor: "noise", size: 0.3 }] },
  ...more,
});

export const values = (
  rows: readonly (readonly [string, number | string, number])[],
): Record<string, unknown> => ({
  format: "yunhe.dev/index-data/v1",
  entities: rows.map(([id]) => ({ id, kind: "region" })),
  origins: [{ publisher: "test", status: "stated" }],
  observations: rows.flatMap(([entity, cores, latency]) => [
    { entity, period: "2023", indicator: "cores", value: cores, origin: 0 },
    { entity, period: "2023", indicator: "latency", value: latency, origin: 0 },
  ]),
});
