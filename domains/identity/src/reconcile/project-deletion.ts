import {
  type AnyKind,
  type AnyStored,
  type Draft,
  keyOfKind,
  type Objects,
  type Reconciler,
} from "@yunhe/kernel";
import { type Project, projectFinalizer, projectKind } from "../kinds/index.ts";

const actor = "system:reconciler/identity/project-deletion";
const againMs = 500;
const draftsAtOnce = 200;

/**
 * Keeps a project's phase, and when it is deleted deletes everything in it: the project itself stays until the last
 * object's own finalizers are done. The API creates nothing in a project that is being deleted.
 */
export function projectDeletion(objects: Objects, kinds: readonly AnyKind[]): Reconciler {
  const namespaced = kinds.filter(({ scope }) => scope === "Namespaced");
  return {
    name: "identity/project-deletion",
    sources: [{ kind: projectKind }],
    concurrency: 2,
    async reconcile(key, { fence, signal }) {
      const project = await objects.get(projectKind, "", key.name);
      if (project === undefined) return undefined;
      const options = { actor, fence };
      if (project.metadata.deletionTimestamp === undefined) {
        await report(objects, project, { phase: "Active" }, options);
        return undefined;
      }
      const remaining = await sweep(objects, namespaced, key.name, options, signal);
      if (Object.keys(remaining).length > 0) {
        await report(objects, project, { phase: "Terminating", remaining }, options);
        return { afterMs: againMs };
      }
      await release(objects, project, options);
      return undefined;
    },
  };
}

type Options = Parameters<Objects["commit"]>[1];

/** Deletes what stands in the project; gives how much of each kind was still there. */
async function sweep(
  objects: Objects,
  kinds: readonly AnyKind[],
  project: string,
  options: Options,
  signal: AbortSignal,
): Promise<Record<string, number>> {
  const remaining: Record<string, number> = {};
  for (const kind of kinds) {
    const found: AnyStored[] = await objects.list(kind, project);
    if (found.length > 0) remaining[keyOfKind(kind)] = found.length;
    const doomed = found.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    for (let start = 0; start < doomed.length && !signal.aborted; start += draftsAtOnce) {
      const drafts = doomed
        .slice(start, start + draftsAtOnce)
        .map((object): Draft => ({ type: "delete", kind, object }));
      await objects.commit(drafts, options);
    }
  }
  return remaining;
}

async function report(
  objects: Objects,
  project: Project,
  status: NonNullable<Project["status"]>,
  options: Options,
): Promise<void> {
  const object = { ...project, status } as AnyStored;
  await objects.commit([{ type: "update", kind: projectKind, object, subresource: "status" }], options);
}

async function release(objects: Objects, project: Project, options: Options): Promise<void> {
  const finalizers = (project.metadata.finalizers ?? []).filter((name) => name !== projectFinalizer);
  if (finalizers.length === project.metadata.finalizers?.length) return;
  const object = { ...project, metadata: { ...project.metadata, finalizers } } as AnyStored;
  await objects.commit([{ type: "update", kind: projectKind, object }], options);
}
