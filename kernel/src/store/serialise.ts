import type { AnyResource, ObjectMeta, Revision } from "../resource.ts";

const metadataOpening = '"metadata":{';

/** What {@link serialise} takes: an object that may not have a resourceVersion yet. */
export type Unversioned = Omit<AnyResource, "metadata"> & {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Omit<ObjectMeta, "resourceVersion"> & { readonly resourceVersion?: string };
};

/**
 * Encodes an object once, for the log, every reader and every watcher: apiVersion, kind and metadata come first and
 * `metadata.resourceVersion` is left out; {@link stitch} puts it in as text when it is known.
 */
export function serialise(object: Unversioned): string {
  const { apiVersion, kind, metadata, ...fields } = object;
  const { resourceVersion: _absent, ...rest } = metadata;
  return JSON.stringify({ apiVersion, kind, metadata: rest, ...fields });
}

/** Puts the resourceVersion into text made by {@link serialise}. */
export function stitch(json: string, revision: Revision): string {
  const start = json.indexOf(metadataOpening) + metadataOpening.length;
  const comma = json.charCodeAt(start) === 0x7d /* } */ ? "" : ",";
  return `${json.slice(0, start)}"resourceVersion":"${revision}"${comma}${json.slice(start)}`;
}
