import { type Environment, keyOfKind } from "@yunhe/kernel";
import { type Compute, nodeKind, type NodeUse, searchIdentifiers, taskKind } from "@yunhe/domain-compute";
import { type HttpApp, sendJson } from "../http/index.ts";
import { type Door, secured } from "./secured.ts";

const mayReadNodes = () => ({ verb: "list", kind: keyOfKind(nodeKind), namespace: "" }) as const;

/**
 * `GET /yunhe/v1/fleet`: every node with what is free and what runs on it, and utilisation over time.
 * `GET /yunhe/v1/identifiers?q=&vendor=&model=&free=true&minMemoryBytes=`: compute identifiers, resolved.
 */
export function fleetRoutes(door: Door, compute: Compute, environment: Environment): (app: HttpApp) => void {
  return (app) => {
    secured(app, door, "GET", "/yunhe/v1/fleet", mayReadNodes, async ({ principal, outgoing }) => {
      const maySee = (project: string): boolean =>
        door.authorizer.decide({ principal, verb: "list", kind: keyOfKind(taskKind), namespace: project })
          .allowed;
      const nodes = compute.fleet().map((node) => withoutForeign(node, maySee));
      sendJson(outgoing, 200, { nowMs: environment.clock.nowMs(), nodes, history: compute.history() });
    });
    secured(app, door, "GET", "/yunhe/v1/identifiers", mayReadNodes, async ({ url, outgoing }) => {
      sendJson(outgoing, 200, {
        items: searchIdentifiers(compute.view, Object.fromEntries(url.searchParams)),
      });
    });
  };
}

/** How much is held may be seen by all; by which task only within one's own projects. */
function withoutForeign(node: NodeUse, maySee: (project: string) => boolean): NodeUse {
  const hide = <Holder extends { readonly project: string }>(holder: Holder): Holder =>
    maySee(holder.project) ? holder : { ...holder, project: "", task: "", attemptUid: "" };
  const devices = node.devices.map((device) => ({ ...device, holders: device.holders.map(hide) }));
  return { ...node, devices, attempts: node.attempts.map(hide) };
}
