import type { ApiError } from "../../errors.ts";
import type { AnyKind } from "../../kind.ts";
import type { Revision } from "../../resource.ts";
import type { Change, StoredObject } from "../../store/port.ts";
import { matches, type Selection, selectsAll } from "../selectors.ts";

/** One line of a watch, before it is encoded. */
export type WatchEvent =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly json: string; readonly revision: Revision }
  | {
      readonly type: "BOOKMARK";
      readonly kind: AnyKind;
      readonly revision: Revision;
      /** Ends the initial events that `sendInitialEvents` asked for. */
      readonly initialEventsEnd: boolean;
    }
  | { readonly type: "ERROR"; readonly error: ApiError };

/** Turns events into bytes. Watchers whose encoders have the same id share them. */
export interface WatchEncoder {
  readonly id: string;
  encode(event: WatchEvent): Buffer;
}

/** A change with what it takes to judge it, parsed once however many selections look at it. */
export class SeenChange {
  readonly change: Change;
  /** The version before; "gone" when it was compacted away. Loaded only where a selection may depend on it. */
  previous: StoredObject | "gone" | undefined;
  readonly #encoded = new Map<string, Buffer>();
  #object: unknown;
  #before: unknown;

  constructor(change: Change) {
    this.change = change;
  }

  get object(): unknown {
    return (this.#object ??= JSON.parse(this.change.json));
  }

  matchedBefore(selection: Selection): boolean {
    if (this.previous === undefined || this.previous === "gone") return false;
    this.#before ??= JSON.parse(this.previous.json);
    return matches(selection, this.#before);
  }

  /** One encoding per representation, whoever receives it. */
  encoded(event: WatchEvent, encoder: WatchEncoder): Buffer {
    const key = `${event.type} ${encoder.id}`;
    const known = this.#encoded.get(key);
    if (known !== undefined) return known;
    const bytes = encoder.encode(event);
    this.#encoded.set(key, bytes);
    return bytes;
  }
}

const fixedFields = new Set(["metadata.name", "metadata.namespace", "metadata.uid"]);

/** Whether an object can enter or leave the selection while it lives. */
export const canShift = (selection: Selection): boolean =>
  selection.visible !== undefined ||
  selection.labels.length > 0 ||
  selection.fields.some(({ path }) => !fixedFields.has(path));

/**
 * What a change looks like through a selection: an object that comes into it is ADDED, one that leaves it DELETED (as
 * it last was inside, at the new revision). Undefined: not to be seen. Throws nothing; "unknown" when the version
 * before is needed and gone.
 */
export function seenThrough(selection: Selection, seen: SeenChange): WatchEvent | undefined | "unknown" {
  const { type, json, revision } = seen.change;
  if (selectsAll(selection)) return { type, json, revision };
  const now = matches(selection, seen.object);
  if (type !== "MODIFIED" || !canShift(selection)) return now ? { type, json, revision } : undefined;
  if (seen.previous === "gone") return "unknown";
  const before = seen.matchedBefore(selection);
  if (now) return { type: before ? "MODIFIED" : "ADDED", json, revision };
  return before ? { type: "DELETED", json: atRevision(seen.previous, revision), revision } : undefined;
}

function atRevision(previous: StoredObject | undefined, revision: Revision): string {
  if (previous === undefined) return "{}";
  const mark = (version: Revision): string => `"resourceVersion":"${version}"`;
  return previous.json.replace(mark(previous.revision), mark(revision));
}
