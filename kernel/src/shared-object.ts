import type { AnyKind, ResourceOf } from "./kind.ts";
import type { StoredObject } from "./store/port.ts";

const parsed = new WeakMap<StoredObject, unknown>();

let presented: { readonly stored: StoredObject; object: unknown } | undefined;

/**
 * While `tell` runs, the object is remembered without being kept by the map: a hundred thousand of them told at a start
 * would otherwise cost more for the map than for parsing them.
 */
export function presenting(stored: StoredObject, tell: () => void): void {
  presented = { stored, object: undefined };
  try {
    tell();
  } finally {
    presented = undefined;
  }
}

/**
 * The object of a change, parsed once however many follow the store. All of them get the same one: it may be kept, but
 * nobody may change it. Who wants an object to change reads one of its own ({@link Objects}).
 */
export function sharedObject<Kind extends AnyKind>(stored: StoredObject): ResourceOf<Kind> {
  if (presented?.stored === stored) return (presented.object ??= JSON.parse(stored.json)) as ResourceOf<Kind>;
  let object = parsed.get(stored) as ResourceOf<Kind> | undefined;
  if (object === undefined) {
    object = JSON.parse(stored.json) as ResourceOf<Kind>;
    parsed.set(stored, object);
  }
  return object;
}
