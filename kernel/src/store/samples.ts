import assert from "node:assert/strict";
import { ApiError, type StatusReason } from "../errors.ts";
import { kindKey, type ObjectKey, type Revision, type Uid } from "../resource.ts";
import type { Store, StoredObject, Transaction, Write } from "./port.ts";
import { serialise } from "./serialise.ts";

/** Made-up objects for the conformance suite and for other tests and benchmarks of stores. */
export const widgets = kindKey("example.dev", "widgets");
export const gadgets = kindKey("example.dev", "gadgets");

export const sampleKey = (name: string, namespace = "shop", kind = widgets): ObjectKey => ({
  kind,
  namespace,
  name,
});

export interface SampleWrite {
  readonly expected?: Revision;
  readonly namespace?: string;
  readonly kind?: typeof widgets;
  readonly uid?: string;
  readonly size?: number;
  readonly generation?: number;
  readonly delete?: boolean;
}

/** A write of a made-up object, for tests of stores. */
export function sampleWrite(name: string, options: SampleWrite = {}): Write {
  const { expected = 0, namespace = "shop", kind = widgets, size = 1, generation = 1 } = options;
  const uid = (options.uid ?? `uid-${name}`) as Uid;
  const metadata = { name, namespace, uid, generation, creationTimestamp: "2026-01-01T00:00:00Z" };
  return {
    key: { kind, namespace, name },
    uid,
    expected,
    json: serialise({ apiVersion: "example.dev/v1", kind: "Widget", metadata, spec: { size } }),
    ...(options.delete === true ? { delete: true } : {}),
    audit: { actor: "user:ada", verb: options.delete === true ? "delete" : "update", requestId: "r1" },
  };
}

type Extra = Omit<Transaction, "writes" | "timeMs"> & { readonly timeMs?: number };

/** Commits one sample write and gives the stored object. */
export async function put(
  store: Store,
  name: string,
  options: SampleWrite = {},
  extra: Extra = {},
): Promise<StoredObject> {
  const { objects } = await store.commit({ timeMs: 1000, ...extra, writes: [sampleWrite(name, options)] });
  return objects[0]!;
}

/** For `assert.rejects`: an error of this reason that has words in both languages. */
export const refusedAs =
  (reason: StatusReason) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof ApiError, String(error));
    assert.equal(error.reason, reason);
    assert.ok(error.words.en.length > 0 && error.words.zh.length > 0);
    return true;
  };

/** `namespace/name@revision` of each. */
export const namesOf = (items: readonly StoredObject[]): string[] =>
  items.map(({ key, revision }) => `${key.namespace}/${key.name}@${revision}`);
