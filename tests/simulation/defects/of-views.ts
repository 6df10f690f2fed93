import { ApiError, type Change, keyOfKind, words } from "@yunhe/kernel";
import { type Attempt, attemptKind, type Queue, queueKind, type Task, taskKind } from "@yunhe/domain-compute";
import { retelling } from "./objects.ts";
import { hearing } from "./store.ts";
import { newerFieldOf, withoutNewerField } from "../world/versions.ts";
import type { Defect } from "./hooks.ts";

const attempts = keyOfKind(attemptKind);
const isEnd = (change: Change): boolean =>
  change.key.kind === attempts && (JSON.parse(change.json) as Attempt).status?.phase === "Ended";

const asEnded = (change: Change): Change => {
  if (change.key.kind !== attempts || change.type === "DELETED") return change;
  const attempt = JSON.parse(change.json) as Attempt;
  if (attempt.spec.end === undefined) return change;
  return { ...change, json: JSON.stringify({ ...attempt, status: { ...attempt.status, phase: "Ended" } }) };
};

const withoutJurisdiction = (change: Change): Change => {
  if (change.key.kind !== keyOfKind(taskKind)) return change;
  const task = JSON.parse(change.json) as Task;
  const placement = { ...task.spec.placement, jurisdictions: [] };
  return { ...change, json: JSON.stringify({ ...task, spec: { ...task.spec, placement } }) };
};

const withoutQuota = (change: Change): Change => {
  if (change.key.kind !== keyOfKind(queueKind)) return change;
  const queue = JSON.parse(change.json) as Queue;
  return { ...change, json: JSON.stringify({ ...queue, spec: { ...queue.spec, quota: { devices: {} } } }) };
};

/** What a view of the cluster may get wrong, and a version beside another one. */
export const viewDefects: readonly Defect[] = [
  {
    id: "older-drops-new-fields",
    words: "an older version writes back what it read without the fields that it does not know",
    hooks: {
      objects: (objects, { isNewer }) => (isNewer ? objects : retelling(withoutNewerField)(objects)),
    },
  },
  {
    id: "older-refuses-new-fields",
    words: "an older version refuses to write an object that has a field which it does not know",
    hooks: {
      objects: (objects, { isNewer }) =>
        isNewer
          ? objects
          : retelling((status, task) => {
              if (newerFieldOf(task) === undefined) return status;
              throw new ApiError("Invalid", words("unknown field", "未知字段"));
            })(objects),
    },
  },
  {
    id: "reservation-not-released",
    words: "what ended attempts held stays taken",
    hooks: { views: hearing((change) => (isEnd(change) ? undefined : change)) },
  },
  {
    id: "released-at-cancel",
    words: "what an attempt holds is free as soon as it shall end",
    hooks: { views: hearing(asEnded) },
  },
  {
    id: "quota-not-known",
    words: "placement does not know of quotas",
    hooks: { views: hearing(withoutQuota) },
  },
  {
    id: "jurisdiction-not-known",
    words: "placement does not know where a task must stay",
    hooks: { views: hearing(withoutJurisdiction) },
  },
];
