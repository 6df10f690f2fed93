import { type AnyKind, keyOfKind, type Objects } from "@yunhe/kernel";
import { Violation } from "./violation.ts";

/** C4: a reconciler never acts on a state older than its own last write, so no read may give one. */
export function watchOwnWrites(objects: Objects, onViolation: (violation: Violation) => void): Objects {
  const written = new Map<string, number>();
  const at = (kind: AnyKind, namespace: string, name: string): string =>
    `${keyOfKind(kind)}/${namespace}/${name}`;
  return {
    async get(kind, namespace, name) {
      const object = await objects.get(kind, namespace, name);
      const known = written.get(at(kind, namespace, name)) ?? 0;
      const revision = Number(object?.metadata.resourceVersion ?? Infinity);
      if (revision < known)
        onViolation(new Violation("C4", `${name} was read at ${revision} after it was written at ${known}`));
      return object;
    },
    list: (kind, namespace) => objects.list(kind, namespace),
    async commit(drafts, options) {
      const stored = await objects.commit(drafts, options);
      drafts.forEach(({ kind }, index) => {
        const { name, namespace = "", resourceVersion } = stored[index]!.metadata;
        written.set(at(kind, namespace, name), Number(resourceVersion));
      });
      return stored;
    },
  };
}
