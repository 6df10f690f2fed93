import type { ObjectKey, ReconcileContext, Reconciler, Requeue } from "@yunhe/kernel";
import { keyOfKind } from "@yunhe/kernel";
import { attemptKind } from "../kinds/attempt.ts";
import { nodeKind } from "../kinds/node.ts";
import { poolKind } from "../kinds/pool.ts";
import { queueKind } from "../kinds/queue.ts";
import { taskKind } from "../kinds/task.ts";
import { Doubts } from "./doubts.ts";
import { type PlacementOptions, PlacementPass } from "./pass.ts";
import { Report } from "./report.ts";

/** One key for the whole cluster: placement is one decision after another, never two at once. */
const everything: ObjectKey = { kind: keyOfKind(queueKind), namespace: "", name: "*" };
const wake = () => [everything];

/** Gives waiting tasks their places, queue by queue. */
export function placementReconciler(options: PlacementOptions): Reconciler {
  const report = new Report(options.objects);
  const doubts = new Doubts(options.view, options.objects);
  return {
    name: "placement",
    sources: [taskKind, attemptKind, nodeKind, poolKind, queueKind].map((kind) => ({ kind, keys: wake })),
    concurrency: 1,
    reconcile: (_key, context: ReconcileContext): Promise<Requeue | undefined> =>
      new PlacementPass(options, context, report, doubts).run(),
  };
}
