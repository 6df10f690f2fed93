import type { Clock } from "@yunhe/kernel";
import { Observer } from "../attempts/observer.ts";
import { type Driver, EngineUnreachable } from "../driver/port.ts";
import type { Pool } from "../kinds/pool.ts";
import { type Deadlines, withDeadlines, within } from "./deadlines.ts";
import type { Engine, Engines } from "./engines.ts";
import { PoolProbes } from "./probes.ts";

/** Makes the driver of a pool; one per engine, given by the server. Throws an error whose words a person can act on. */
export type DriverFactory = (pool: Pool) => Promise<Driver>;

export interface RegistryOptions {
  readonly clock: Clock;
  readonly deadlines?: Deadlines;
  /** Told when an engine fails a call in a way that is neither silence nor a refusal. */
  readonly onFailure?: (pool: string) => void;
}

interface Open {
  readonly engine: Engine;
  readonly settings: string;
  readonly stopWatching: () => void;
}

/** Finding out what a machine can isolate takes a while. */
const openMs = 120_000;

/** The engines that this process has open, by pool name; a pool whose settings change is opened anew. */
export class EngineRegistry implements Engines {
  readonly probes = new PoolProbes();
  readonly #factories: Readonly<Record<string, DriverFactory>>;
  readonly #options: RegistryOptions;
  readonly #listeners = new Set<(attemptUid: string) => void>();
  readonly #open = new Map<string, Open>();
  readonly #nodeNames = new Map<string, string>();

  constructor(factories: Readonly<Record<string, DriverFactory>>, options: RegistryOptions) {
    this.#factories = factories;
    this.#options = options;
  }

  onAttempt(listener: (attemptUid: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  of(pool: string): Engine | undefined {
    return this.#open.get(pool)?.engine;
  }

  engines(): readonly string[] {
    return Object.keys(this.#factories);
  }

  /** The engine's own name of a node, learnt from its facts. */
  nameNode(node: string, engineName: string): void {
    this.#nodeNames.set(node, engineName);
  }

  async ensure(pool: Pool): Promise<Engine | undefined> {
    const settings = JSON.stringify([
      pool.metadata.uid,
      pool.spec.driver,
      pool.spec.config,
      pool.spec.jurisdiction,
    ]);
    const open = this.#open.get(pool.metadata.name);
    if (open?.settings === settings) return open.engine;
    const factory = this.#factories[pool.spec.driver];
    if (!factory) return undefined;
    await this.close(pool.metadata.name);
    const { clock, deadlines, onFailure } = this.#options;
    const { name } = pool.metadata;
    const startedMs = clock.monotonicMs();
    const opening = factory(pool);
    const opened = await within(clock, openMs, new AbortController().signal, () => opening).catch(
      (error: unknown) => {
        const roundTripMs = clock.monotonicMs() - startedMs;
        this.probes.record(name, { atMs: clock.nowMs(), answered: false, roundTripMs });
        // Two drivers on one engine would fight over it: one that comes too late goes at once.
        void opening.then((late) => late.close()).catch(() => undefined);
        throw error;
      },
    );
    const driver = withDeadlines(opened, {
      clock,
      deadlines,
      onFailure: () => onFailure?.(name),
      onProbe: (probe) => this.probes.record(name, probe),
    });
    const engine: Engine = {
      driver,
      observer: new Observer(driver),
      jurisdiction: pool.spec.jurisdiction,
      engineNode: (node) => this.#nodeNames.get(node),
    };
    const stopWatching = driver.watch?.((attempt) => this.#report(attempt)) ?? (() => undefined);
    this.#open.set(pool.metadata.name, { engine, settings, stopWatching });
    return engine;
  }

  #report(attemptUid: string): void {
    for (const listener of this.#listeners) listener(attemptUid);
  }

  async close(pool: string): Promise<void> {
    const open = this.#open.get(pool);
    if (!open) return;
    this.#open.delete(pool);
    open.stopWatching();
    // One that does not let go in time is left behind: another one takes its place.
    await open.engine.driver.close().catch(ignoreSilence);
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((pool) => this.close(pool)));
  }
}

function ignoreSilence(error: unknown): void {
  if (!(error instanceof EngineUnreachable)) throw error;
}
