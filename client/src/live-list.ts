import type { AnyResource } from "@yunhe/kernel";
import { RequestFailed } from "./errors.ts";
import type { Resources } from "./resources.ts";
import type { ListOptions } from "./list-options.ts";

/** What a live list knows at one moment. `items` is a new array whenever something changed. */
export interface LiveSnapshot<Item> {
  /** `loading`: the first list is on its way. `live`: changes arrive. `stale`: the connection is lost, trying again. */
  readonly state: "loading" | "live" | "stale" | "failed";
  readonly items: readonly Item[];
  /** Why it is stale or has failed. */
  readonly error: unknown;
  /** True when there is more than `mostItems`: narrow the selection. */
  readonly truncated: boolean;
}

export interface LiveListOptions extends Pick<ListOptions, "namespace" | "labelSelector" | "fieldSelector"> {
  /** Objects fetched per page and at most; default 500 and 5000. */
  readonly pageItems?: number;
  readonly mostItems?: number;
  /** Changes that come within this time are told as one; default 50 ms. */
  readonly gatherMs?: number;
  readonly retryMs?: (tries: number) => number;
}

interface Identified {
  readonly metadata: AnyResource["metadata"];
}

const doubling = (tries: number): number => Math.min(15_000, 500 * 2 ** tries);

/**
 * A list that stays true: pages of a list, then its watch; lists again when the watch is too old (410), goes on from
 * the last version it saw when the connection breaks. Refusals (401, 403, 404, 400) end it with state `failed`.
 */
export class LiveList<Item extends Identified = AnyResource> {
  readonly #resources: Resources<Item>;
  readonly #options: LiveListOptions;
  readonly #tell: (snapshot: LiveSnapshot<Item>) => void;
  readonly #items = new Map<string, Item>();
  #snapshot: LiveSnapshot<Item> = { state: "loading", items: [], error: undefined, truncated: false };
  #version: string | undefined;
  #run: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    resources: Resources<Item>,
    options: LiveListOptions,
    tell: (snapshot: LiveSnapshot<Item>) => void,
  ) {
    this.#resources = resources;
    this.#options = options;
    this.#tell = tell;
  }

  /** Begins, or goes on after {@link pause} from where it was. */
  resume(): void {
    if (this.#run) return;
    const run = new AbortController();
    this.#run = run;
    void this.#follow(run.signal);
  }

  /** Lets go of its connection and keeps what it knows. */
  pause(): void {
    this.#run?.abort();
    this.#run = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    for (let tries = 0; !signal.aborted; tries += 1) {
      try {
        if (this.#version === undefined) await this.#list(signal);
        await this.#watch(signal, () => (tries = -1));
      } catch (error) {
        if (signal.aborted) return;
        if (isTooOld(error)) this.#version = undefined;
        else if (isRefusal(error)) return this.#say({ state: "failed", error });
        else this.#say({ state: "stale", error });
      }
      if (tries >= 0) await pauseFor((this.#options.retryMs ?? doubling)(tries), signal);
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { namespace, labelSelector, fieldSelector, pageItems = 500, mostItems = 5000 } = this.#options;
    const found = new Map<string, Item>();
    let continueToken: string | undefined;
    let version: string;
    do {
      const selection = { namespace, labelSelector, fieldSelector, limit: pageItems, continueToken, signal };
      const page = await this.#resources.list(selection);
      for (const item of page.items) found.set(keyOf(item), item);
      version = page.metadata.resourceVersion;
      continueToken = page.metadata.continue === "" ? undefined : page.metadata.continue;
    } while (continueToken !== undefined && found.size < mostItems);
    this.#items.clear();
    for (const [key, item] of found) this.#items.set(key, item);
    this.#version = version;
    this.#say({ state: "live", error: undefined, truncated: continueToken !== undefined });
  }

  async #watch(signal: AbortSignal, onProgress: () => void): Promise<void> {
    const { namespace, labelSelector, fieldSelector } = this.#options;
    const from = { namespace, labelSelector, fieldSelector, resourceVersion: this.#version, signal };
    const onOpen = (): void => {
      if (this.#snapshot.state === "stale") this.#say({ state: "live", error: undefined });
    };
    for await (const { type, object } of this.#resources.watch({ ...from, onOpen })) {
      onProgress();
      this.#version = object.metadata.resourceVersion;
      if (type === "BOOKMARK") continue;
      if (type === "DELETED") this.#items.delete(keyOf(object));
      else this.#items.set(keyOf(object), object);
      this.#timer ??= setTimeout(() => this.#say({}), this.#options.gatherMs ?? 50);
    }
  }

  #say(change: Partial<LiveSnapshot<Item>>): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#snapshot = { ...this.#snapshot, ...change, items: [...this.#items.values()] };
    this.#tell(this.#snapshot);
  }
}

const keyOf = ({ metadata }: Identified): string => `${metadata.namespace ?? ""}/${metadata.name}`;

const isTooOld = (error: unknown): boolean => error instanceof RequestFailed && error.code === 410;

const isRefusal = (error: unknown): boolean =>
  error instanceof RequestFailed &&
  error.code >= 400 &&
  error.code < 500 &&
  error.code !== 429 &&
  error.code !== 408;

const pauseFor = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
