import { type Environment, keyOfKind } from "@yunhe/kernel";
import { type Compute, nodeKind, searchIdentifiers } from "@yunhe/domain-compute";
import { type HttpApp, sendJson } from "../http/index.ts";
import { type Door, secured } from "./secured.ts";

const mayReadNodes = () => ({ verb: "list", kind: keyOfKind(nodeKind), namespace: "" }) as const;

/**
 * `GET /yunhe/v1/fleet`: every node with what is free and what runs on it, and utilisation over time.
 * `GET /yunhe/v1/identifiers?q=&vendor=&model=&free=true&minMemoryBytes=`: compute identifiers, resolved.
 */
export function fleetRoutes(door: Door, compute: Compute, environment: Environment): (app: HttpApp) => void {
  return (app) => {
    secured(app, door, "GET", "/yunhe/v1/fleet", mayReadNodes, async ({ outgoing }) => {
      sendJson(outgoing, 200, {
        nowMs: environment.clock.nowMs(),
        nodes: compute.fleet(),
        history: compute.history(),
      });
    });
    secured(app, door, "GET", "/yunhe/v1/identifiers", mayReadNodes, async ({ url, outgoing }) => {
      sendJson(outgoing, 200, {
        items: searchIdentifiers(compute.view, Object.fromEntries(url.searchParams)),
      });
    });
  };
}
