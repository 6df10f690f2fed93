import type { Node } from "../kinds/node.ts";
import type { Holding } from "../placement/books.ts";
import type { PlacementView } from "../placement/view.ts";

/** One node with what is held on it, as the fleet map shows it. */
export interface NodeUse {
  readonly name: string;
  readonly pool: string;
  readonly identifier: string;
  readonly ready: boolean;
  readonly cpuMilli: { readonly total: number; readonly held: number };
  readonly memoryBytes: { readonly total: number; readonly held: number };
  readonly devices: readonly DeviceUse[];
  readonly attempts: readonly Holder[];
}

export interface DeviceUse {
  readonly id: string;
  readonly identifier: string;
  readonly vendor: string;
  readonly model: string;
  readonly memoryBytes: number;
  readonly healthy: boolean;
  readonly simulated: boolean;
  readonly heldMilli: number;
  readonly holders: readonly (Holder & { readonly shareMilli: number })[];
}

export interface Holder {
  readonly project: string;
  readonly task: string;
  readonly attemptUid: string;
  readonly cpuMilli: number;
  readonly memoryBytes: number;
}

/** Every registered node, with its holders. */
export function nodeUses(view: PlacementView): NodeUse[] {
  const byNode = Map.groupBy(view.books.holdings(), ({ node }) => node);
  return [...view.nodes()]
    .filter((node) => node.status)
    .map((node) => nodeUse(node, byNode.get(node.metadata.name) ?? []));
}

export const isReady = ({ status }: Pick<Node, "status">): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;

function nodeUse(node: Node, holdings: readonly Holding[]): NodeUse {
  const status = node.status!;
  const sum = (amount: (holding: Holding) => number): number =>
    holdings.reduce((total, each) => total + amount(each), 0);
  return {
    name: node.metadata.name,
    pool: node.spec.pool,
    identifier: status.identifier,
    ready: isReady(node),
    cpuMilli: { total: status.capacity.cpuMilli, held: sum(({ grant }) => grant.cpuMilli) },
    memoryBytes: { total: status.capacity.memoryBytes, held: sum(({ grant }) => grant.memoryBytes) },
    devices: status.devices.map((device) => {
      const holders = holdings.flatMap((holding) =>
        holding.grant.devices
          .filter(({ id }) => id === device.id)
          .map(({ shareMilli }) => ({ ...holderOf(holding), shareMilli })),
      );
      const { id, identifier, vendor, model, memoryBytes, healthy, simulated } = device;
      const heldMilli = holders.reduce((total, { shareMilli }) => total + shareMilli, 0);
      return { id, identifier, vendor, model, memoryBytes, healthy, simulated, heldMilli, holders };
    }),
    attempts: holdings.map(holderOf),
  };
}

const holderOf = ({ project, task, attemptUid, grant }: Holding): Holder => ({
  project,
  task,
  attemptUid,
  cpuMilli: grant.cpuMilli,
  memoryBytes: grant.memoryBytes,
});
