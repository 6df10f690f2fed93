import { type Objects, keyOfKind } from "@yunhe/kernel";
import { historyTrace, nodeKind, poolKind, queueKind, taskKind } from "@yunhe/domain-compute";
import { type HttpApp, sendJson } from "../http/index.ts";
import { type Door, secured } from "./secured.ts";

const mayReadNodes = () => ({ verb: "list", kind: keyOfKind(nodeKind), namespace: "" }) as const;

/**
 * `GET /yunhe/v1/history?project=NAME`: the fleet with its queues, and the tasks that ran and ended, as a trace that
 * `simulate` of `@yunhe/scheduler` replays. Without a project: the tasks of all projects that the caller may list.
 */
export function historyRoutes(door: Door, objects: Objects): (app: HttpApp) => void {
  return (app) =>
    secured(app, door, "GET", "/yunhe/v1/history", mayReadNodes, async ({ principal, url, outgoing }) => {
      const project = url.searchParams.get("project") ?? undefined;
      const [pools, nodes, queues, tasks] = await Promise.all([
        objects.list(poolKind),
        objects.list(nodeKind),
        objects.list(queueKind),
        objects.list(taskKind, project),
      ]);
      const seen = new Map<string, boolean>();
      const maySee = (namespace: string): boolean => {
        const known =
          seen.get(namespace) ??
          door.authorizer.decide({ principal, verb: "list", kind: keyOfKind(taskKind), namespace }).allowed;
        seen.set(namespace, known);
        return known;
      };
      const own = tasks.filter(({ metadata }) => maySee(metadata.namespace ?? ""));
      sendJson(outgoing, 200, { ...historyTrace(pools, nodes, queues, own) });
    });
}
