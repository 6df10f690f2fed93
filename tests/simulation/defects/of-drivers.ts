import {
  absentUnlessKnown,
  emptyList,
  failedUnlessKnown,
  forgetsOnce,
  mixedUp,
  refusesWhenSilent,
  shortLabels,
  silentCancel,
  startsEarly,
} from "./driver.ts";
import type { Defect } from "./hooks.ts";

/** What a driver may get wrong. */
export const driverDefects: readonly Defect[] = [
  {
    id: "submit-without-looking",
    words: "a lost reply is followed by a second job",
    hooks: { driverDefects: { submitsBlindly: true } },
  },
  {
    id: "queue-list-only",
    words: "a job that left the queue list counts as lost",
    hooks: { driverDefects: { readsQueueListOnly: true } },
  },
  {
    id: "first-run-is-the-end",
    words: "a requeued job counts as ended",
    hooks: { driverDefects: { reportsFirstRun: true } },
  },
  {
    id: "found-by-name",
    words: "jobs are known by project, task and number",
    hooks: { driverDefects: { namesByTitle: true } },
  },
  {
    id: "process-id-alone",
    words: "a process is known by its id, which is used again",
    hooks: { driverDefects: { ignoresStartTime: true } },
  },
  {
    id: "unknown-is-failed",
    words: "a state that cannot be read counts as failed",
    hooks: { driver: failedUnlessKnown },
  },
  {
    id: "unknown-is-absent",
    words: "a state that cannot be read counts as gone",
    hooks: { driver: absentUnlessKnown },
  },
  { id: "answers-mixed-up", words: "answers are paired with questions by order", hooks: { driver: mixedUp } },
  { id: "cancel-not-sent", words: "the engine is never told to cancel", hooks: { driver: silentCancel } },
  {
    id: "orphans-not-listed",
    words: "jobs that nobody wants any more are not found",
    hooks: { driver: emptyList },
  },
  {
    id: "label-cut-short",
    words: "the owner label has room for half the id",
    hooks: { driver: shortLabels },
  },
  { id: "forget-fails-when-gone", words: "freeing what is gone is an error", hooks: { driver: forgetsOnce } },
  {
    id: "no-answer-is-refusal",
    words: "a submission without answer counts as refused",
    hooks: { driver: refusesWhenSilent },
  },
  {
    id: "queue-time-is-billed",
    words: "a job counts as running from its submission",
    hooks: { driver: startsEarly },
  },
];
