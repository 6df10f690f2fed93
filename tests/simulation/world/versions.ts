import type { AnyKind, AnyStored, Objects } from "@yunhe/kernel";
import { taskKind } from "@yunhe/domain-compute";
import { isOf, redrafting } from "../defects/objects.ts";

const status = taskKind.fields.status.unwrap();

/** Tasks as the version to come has them: their status has a field that the present version does not know. */
export const newerTaskKind: AnyKind = {
  ...taskKind,
  check: () => [],
  fields: { ...taskKind.fields, status: status.extend({ newerField: status.shape.reason }).optional() },
};

/** How the version to come writes: its field goes into every status of a task that it touches. */
export const writingAsNewer: (objects: Objects) => Objects = redrafting((draft) => {
  if (!isOf(draft, taskKind)) return draft;
  const kind = newerTaskKind;
  if (draft.type !== "update") return { ...draft, kind };
  const task = draft.object as AnyStored & { readonly status?: object };
  if (task.status === undefined) return { ...draft, kind };
  return { ...draft, kind, object: { ...task, status: { ...task.status, newerField: "2" } } as AnyStored };
});

/** Undefined where no newer version has written yet. */
export const newerFieldOf = (task: { readonly status?: object | undefined }): unknown =>
  task.status === undefined ? undefined : Reflect.get(task.status, "newerField");

/** The status as a version reads it that leaves out what it does not know. */
export const withoutNewerField = <Status extends object>(status: Status): Status => {
  const { newerField: _unknown, ...known } = status as Status & { readonly newerField?: unknown };
  return known as Status;
};
