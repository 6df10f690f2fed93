import type { AnyKind, AnyResource } from "@yunhe/kernel";

/**
 * A kind as a path serves it. Most are served as they are stored; a view shows the objects of one kind as another's,
 * as core/v1 Namespace shows projects.
 */
export interface ServedKind {
  /** What clients see: discovery, OpenAPI, tables. */
  readonly shown: AnyKind;
  /** What is stored and asked permission for. */
  readonly stored: AnyKind;
  /** Undefined: shown as stored. */
  readonly show?: (object: AnyResource) => AnyResource;
  /** The stored form of what a client sends. */
  readonly accept?: (body: Record<string, unknown>) => Record<string, unknown>;
}

export const servedAsStored = (kind: AnyKind): ServedKind => ({ shown: kind, stored: kind });

export const showText = (served: ServedKind, json: string): string =>
  served.show === undefined ? json : JSON.stringify(served.show(JSON.parse(json) as AnyResource));
