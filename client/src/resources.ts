import type { AnyResource } from "@yunhe/kernel";
import type { ListOptions } from "./list-options.ts";
import type { Transport } from "./transport.ts";
import { watchLines, type WatchEvent, type WatchOptions } from "./watch.ts";

/** A kind as discovery describes it. */
export interface KindAddress {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

export interface ResourceList<Item = AnyResource> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly items: Item[];
}

/** A server-side table: what a person sees of a list. */
export interface Table {
  readonly columnDefinitions: readonly {
    readonly name: string;
    readonly type: string;
    readonly format?: string;
    readonly priority: number;
    readonly description?: string;
  }[];
  readonly rows: readonly { readonly cells: readonly unknown[]; readonly object: AnyResource }[];
  readonly metadata: ResourceList["metadata"];
}

export interface DeleteOptions {
  readonly propagationPolicy?: "Background" | "Foreground" | "Orphan";
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

const tableType = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

/** The verbs over one kind; `Item` is what its objects look like. */
export class Resources<Item = AnyResource> {
  readonly #transport: Transport;
  readonly #kind: KindAddress;

  constructor(transport: Transport, kind: KindAddress) {
    this.#transport = transport;
    this.#kind = kind;
  }

  /** `/apis/G/V[/namespaces/NS]/PLURAL[/NAME[/SUBRESOURCE]]`. */
  path(namespace: string | undefined, ...rest: readonly string[]): string {
    const { group, version, plural, namespaced } = this.#kind;
    const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
    const place = namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : "";
    return [`${root}${place}/${plural}`, ...rest.map(encodeURIComponent)].join("/");
  }

  get(namespace: string | undefined, name: string, signal?: AbortSignal): Promise<Item> {
    return this.#transport.json(this.path(namespace, name), { signal });
  }

  list(options: ListOptions = {}): Promise<ResourceList<Item>> {
    return this.#transport.json(`${this.path(options.namespace)}${query(options)}`, {
      signal: options.signal,
    });
  }

  table(options: ListOptions & { readonly name?: string } = {}): Promise<Table> {
    const { name, ...rest } = options;
    const parameters = query({ ...rest, includeObject: "Object" });
    const path = `${this.path(options.namespace, ...(name === undefined ? [] : [name]))}${parameters}`;
    return this.#transport.json(path, { accept: tableType, signal: options.signal });
  }

  create(
    namespace: string | undefined,
    object: unknown,
    options: { readonly idempotencyKey?: string; readonly dryRun?: boolean } = {},
  ): Promise<Item> {
    return this.#transport.json(`${this.path(namespace)}${options.dryRun ? "?dryRun=All" : ""}`, {
      method: "POST",
      body: JSON.stringify(object),
      headers: options.idempotencyKey === undefined ? {} : { "idempotency-key": options.idempotencyKey },
    });
  }

  replace(
    namespace: string | undefined,
    name: string,
    object: unknown,
    options: { readonly dryRun?: boolean } = {},
  ): Promise<Item> {
    const path = `${this.path(namespace, name)}${options.dryRun ? "?dryRun=All" : ""}`;
    return this.#transport.json(path, { method: "PUT", body: JSON.stringify(object) });
  }

  mergePatch(namespace: string | undefined, name: string, patch: unknown): Promise<Item> {
    return this.#transport.json(this.path(namespace, name), {
      method: "PATCH",
      body: JSON.stringify(patch),
      contentType: "application/merge-patch+json",
    });
  }

  /** Server-side apply under the manager `yunhe`. */
  apply(
    namespace: string | undefined,
    name: string,
    object: unknown,
    options: { readonly force?: boolean; readonly manager?: string; readonly dryRun?: boolean } = {},
  ): Promise<Item> {
    const parameters = {
      fieldManager: options.manager ?? "yunhe",
      force: options.force ? "true" : undefined,
      dryRun: options.dryRun ? "All" : undefined,
    };
    return this.#transport.json(`${this.path(namespace, name)}${queryText(parameters)}`, {
      method: "PATCH",
      body: JSON.stringify(object),
      contentType: "application/apply-patch+yaml",
    });
  }

  delete(namespace: string | undefined, name: string, options: DeleteOptions = {}): Promise<unknown> {
    const body = JSON.stringify({ apiVersion: "v1", kind: "DeleteOptions", ...options });
    return this.#transport.json(this.path(namespace, name), { method: "DELETE", body });
  }

  /** A custom action of the kind. */
  act<Answer = unknown>(
    namespace: string | undefined,
    name: string,
    action: string,
    input: unknown = {},
  ): Promise<Answer> {
    return this.#transport.json(this.path(namespace, name, action), {
      method: "POST",
      body: JSON.stringify(input),
    });
  }

  /** Changes from a resourceVersion on; ends when the server ends it, throws when it is too old (410). */
  async *watch(options: WatchOptions): AsyncGenerator<WatchEvent<Item>> {
    const parameters = query({
      ...options,
      watch: "true",
      allowWatchBookmarks: "true",
      resourceVersion: options.resourceVersion,
    });
    const response = await this.#transport.request(`${this.path(options.namespace)}${parameters}`, {
      signal: options.signal,
    });
    options.onOpen?.();
    if (response.body) yield* watchLines<Item>(response.body);
  }
}

/** Everything but the place and the signal goes into the query string. */
function query(options: object): string {
  const { namespace: _place, signal: _signal, continueToken, ...rest } = options as ListOptions;
  return queryText({ ...rest, continue: continueToken });
}

function queryText(parameters: Readonly<Record<string, unknown>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value === "string" || typeof value === "number") search.set(name, String(value));
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}
