import { apiVersionOf, type Objects } from "@yunhe/kernel";
import { Violation } from "./violation.ts";

/** C4: a reconciler never acts on a state older than its own last write, so no read may give one. */
export function watchOwnWrites(objects: Objects, onViolation: (violation: Violation) => void): Objects {
  const written = new Map<string, number>();
  const at = (kind: string, namespace: string, name: string): string => `${kind}/${namespace}/${name}`;
  return {
    async get(kind, namespace, name) {
      const object = await objects.get(kind, namespace, name);
      const known = written.get(at(`${apiVersionOf(kind)}/${kind.kind}`, namespace, name)) ?? 0;
      const revision = Number(object?.metadata.resourceVersion ?? Infinity);
      if (revision < known)
        onViolation(new Violation("C4", `${name} was read at ${revision} after it was written at ${known}`));
      return object;
    },
    list: (kind, namespace) => objects.list(kind, namespace),
    async commit(drafts, options) {
      const stored = await objects.commit(drafts, options);
      for (const { apiVersion, kind, metadata } of stored)
        written.set(
          at(`${apiVersion}/${kind}`, metadata.namespace ?? "", metadata.name),
          Number(metadata.resourceVersion),
        );
      return stored;
    },
  };
}
