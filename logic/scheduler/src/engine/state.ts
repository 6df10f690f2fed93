import { type Catalogue, defaultCatalogue, normaliseModelName } from "../catalogue/catalogue.ts";
import type { DeviceModel } from "../catalogue/device-model.ts";
import type { Fleet, Node, Pool } from "../model/fleet.ts";
import type { TaskMix } from "../model/mix.ts";
import { type Affinity, WHOLE_DEVICE_MILLI } from "../model/task.ts";
import { ChangeLog } from "./change-log.ts";
import { Group } from "./group.ts";
import { deviceMemoryOn, type Shape, shareOn } from "./shape.ts";

/** Kinds of task counted per node: none, a share of a device, 1, 2, 3–4, 5 or more devices. */
export const KIND_COUNT = 6;

export interface FleetStateOptions {
  readonly catalogue?: Catalogue;
  /** Typical tasks, for scorers that measure fragmentation. */
  readonly mix?: TaskMix;
  /** nodeRank[node index] = rank, a permutation: equal scores go to the smallest rank. Default: the fleet's order. */
  readonly nodeRank?: ArrayLike<number>;
}

/** A model of device that occurs in this fleet. */
export interface FleetModel {
  readonly name: string;
  readonly facts: DeviceModel | undefined;
}

/**
 * Free and total capacity of every node and device, in typed arrays indexed by node and device. All amounts are
 * integers (milli-cores, bytes, thousandths of a device). Only `take` and `give` change it; each change is written
 * to `log`, and `log.versionOf(node)` tells whether something derived from a node is still true.
 */
export class FleetState {
  readonly catalogue: Catalogue;
  readonly nodeCount: number;
  readonly deviceCount: number;
  /** Devices of the node that has most, unhealthy ones included. */
  readonly mostDevices: number;
  readonly models: readonly FleetModel[];
  /** Pool, rack and fabric of each node, as indices. */
  readonly poolOf: Int32Array;
  readonly rackOf: Int32Array;
  readonly fabricOf: Int32Array;
  /** Zone of each pool. */
  readonly zoneOf: Int32Array;
  /** nodeAtRank is the inverse of rankOf. */
  readonly rankOf: Int32Array;
  /** Nodes of the same number are equal in pool, size, devices and labels. */
  readonly classOf: Int32Array;
  readonly nodeAtRank: Int32Array;
  readonly schedulable: Uint8Array;
  readonly cpuTotal: Float64Array;
  readonly cpuFree: Float64Array;
  readonly memoryTotal: Float64Array;
  readonly memoryFree: Float64Array;
  /** Devices of node n are deviceStart[n] … deviceStart[n + 1] − 1. */
  readonly deviceStart: Int32Array;
  readonly deviceModel: Int16Array;
  readonly deviceHealthy: Uint8Array;
  readonly deviceFree: Int16Array;
  readonly deviceMemoryTotal: Float64Array;
  readonly deviceMemoryFree: Float64Array;
  /** Healthy devices of a node, sum of their free thousandths, how many are wholly free. */
  readonly deviceTotal: Int16Array;
  readonly freeShare: Int32Array;
  readonly wholeFree: Int16Array;
  /** Model index when all devices of the node are of one model, −1 without devices, −2 when mixed. */
  readonly nodeModel: Int16Array;
  /** taskCount[node × KIND_COUNT + kind]: tasks of each kind on the node. */
  readonly taskCount: Uint16Array;
  readonly log: ChangeLog;
  /** Changes when pools, links or the mix change: everything derived must be rebuilt. */
  epoch = 0;
  #fleet: Fleet;
  #mix: TaskMix;
  #emptied: FleetState | undefined;
  readonly #groups = new Map<string, Group>();

  constructor(fleet: Fleet, options: FleetStateOptions = {}) {
    this.#fleet = fleet;
    this.catalogue = options.catalogue ?? defaultCatalogue();
    this.#mix = options.mix ?? [];
    const { nodes } = fleet;
    const n = (this.nodeCount = nodes.length);
    const counts = nodes.map((node) => node.devices.reduce((sum, group) => sum + group.count, 0));
    const d = (this.deviceCount = counts.reduce((sum, count) => sum + count, 0));
    this.mostDevices = counts.reduce((most, count) => Math.max(most, count), 0);
    this.models = fleetModels(nodes, this.catalogue);
    this.poolOf = poolIndices(fleet);
    this.rackOf = domainIndices(nodes, (node) => node.rack);
    this.fabricOf = domainIndices(nodes, (node) => node.fabric);
    this.classOf = classIndices(nodes);
    this.zoneOf = zoneIndices(fleet);
    [this.rankOf, this.nodeAtRank] = ranks(n, options.nodeRank);
    this.schedulable = Uint8Array.from(nodes, (node) => (node.state === "schedulable" ? 1 : 0));
    this.cpuTotal = Float64Array.from(nodes, (node) => node.cpuMilli);
    this.cpuFree = this.cpuTotal.slice();
    this.memoryTotal = Float64Array.from(nodes, (node) => node.memoryBytes);
    this.memoryFree = this.memoryTotal.slice();
    this.deviceStart = new Int32Array(n + 1);
    this.deviceModel = new Int16Array(d);
    this.deviceHealthy = new Uint8Array(d);
    this.deviceFree = new Int16Array(d);
    this.deviceMemoryTotal = new Float64Array(d);
    this.deviceTotal = new Int16Array(n);
    this.freeShare = new Int32Array(n);
    this.wholeFree = new Int16Array(n);
    this.nodeModel = new Int16Array(n).fill(-1);
    this.taskCount = new Uint16Array(n * KIND_COUNT);
    this.#layOutDevices(nodes);
    this.deviceMemoryFree = this.deviceMemoryTotal.slice();
    this.log = new ChangeLog(n);
  }

  get fleet(): Fleet {
    return this.#fleet;
  }

  get mix(): TaskMix {
    return this.#mix;
  }

  /** Replaces the typical tasks; scores are recomputed. */
  setMix(mix: TaskMix): void {
    this.#mix = mix;
    this.epoch += 1;
  }

  /** A pool's prices, links, carbon, data or rules changed; its id stays. */
  replacePool(pool: Pool): void {
    const pools = this.fleet.pools.map((other) => (other.id === pool.id ? pool : other));
    if (!pools.includes(pool)) throw new RangeError(`the fleet has no pool ${pool.id}`);
    this.#fleet = { ...this.#fleet, pools };
    this.#emptied = undefined;
    this.epoch += 1;
  }

  /** The same fleet with nothing on it; nodes that were closed when it was made stay so. */
  emptied(): FleetState {
    const { catalogue, rankOf } = this;
    this.#emptied ??= new FleetState(this.#fleet, { catalogue, nodeRank: rankOf });
    return this.#emptied;
  }

  setSchedulable(node: number, schedulable: boolean): void {
    this.schedulable[node] = schedulable ? 1 : 0;
    this.log.push(node);
  }

  /** Deducts one member of `shape` from `node`; the caller has checked that it fits. */
  take(shape: Shape, node: number, devices: ArrayLike<number>): void {
    this.#move(shape, node, devices, -1);
  }

  /** Gives back what `take` with the same arguments deducted. */
  give(shape: Shape, node: number, devices: ArrayLike<number>): void {
    this.#move(shape, node, devices, 1);
  }

  /** Model index of a name or alias, −1 when the fleet has none of it. */
  modelIndex(name: string): number {
    const canonical = normaliseModelName(this.catalogue.find(name)?.name ?? name);
    return this.models.findIndex((model) => normaliseModelName(model.name) === canonical);
  }

  #move(shape: Shape, node: number, devices: ArrayLike<number>, sign: 1 | -1): void {
    this.cpuFree[node]! += sign * shape.cpuMilli;
    this.memoryFree[node]! += sign * shape.memoryBytes;
    for (let i = 0; i < devices.length; i += 1) {
      const device = devices[i]!;
      const before = this.deviceFree[device]!;
      const after = before + sign * shareOn(this, shape, device);
      this.deviceFree[device] = after;
      this.deviceMemoryFree[device]! += sign * deviceMemoryOn(this, shape, device);
      this.freeShare[node]! += after - before;
      this.wholeFree[node]! += Number(after === WHOLE_DEVICE_MILLI) - Number(before === WHOLE_DEVICE_MILLI);
    }
    this.taskCount[node * KIND_COUNT + shape.kind]! -= sign;
    this.log.push(node);
    if (shape.group) this.#moveGroup(shape.group, node, -sign);
  }

  /** A group's count in a domain matters to all nodes of the domain. */
  #moveGroup(group: Group, node: number, change: number): void {
    const domain = group.domainOf(node);
    group.add(domain, change);
    if (group.over === "node") return;
    for (let other = 0; other < this.nodeCount; other += 1) {
      if (other !== node && group.domainOf(other) === domain) this.log.push(other);
    }
  }

  /** The tasks of an affinity group, counted over its domain; made on first use. */
  group(name: string, over: Affinity["over"]): Group {
    const key = `${over} ${name}`;
    const known = this.#groups.get(key);
    if (known) return known;
    const { rackOf, poolOf, zoneOf } = this;
    const domainOf = {
      node: (n: number) => n,
      rack: (n: number) => rackOf[n]!,
      pool: (n: number) => poolOf[n]!,
      zone: (n: number) => zoneOf[poolOf[n]!]!,
    };
    const group = new Group(over, domainOf[over]);
    this.#groups.set(key, group);
    return group;
  }

  #layOutDevices(nodes: readonly Node[]): void {
    let device = 0;
    const indexOf = new Map(this.models.map((model, index) => [model.name, index]));
    for (const [n, node] of nodes.entries()) {
      this.deviceStart[n] = device;
      for (const group of node.devices) {
        const name = this.catalogue.find(group.model)?.name ?? group.model;
        const model = indexOf.get(name)!;
        const memory = group.memoryBytes ?? this.models[model]!.facts?.memoryBytes ?? 0;
        if (group.count > 0) this.nodeModel[n] = [-1, model].includes(this.nodeModel[n]!) ? model : -2;
        for (let ordinal = 0; ordinal < group.count; ordinal += 1, device += 1) {
          this.deviceModel[device] = model;
          if (group.unhealthy?.includes(ordinal)) continue;
          this.deviceHealthy[device] = 1;
          this.deviceFree[device] = WHOLE_DEVICE_MILLI;
          this.deviceMemoryTotal[device] = memory;
          this.deviceTotal[n]! += 1;
        }
      }
      this.freeShare[n] = this.deviceTotal[n]! * WHOLE_DEVICE_MILLI;
      this.wholeFree[n] = this.deviceTotal[n]!;
    }
    this.deviceStart[nodes.length] = device;
  }
}

export const createFleetState = (fleet: Fleet, options?: FleetStateOptions): FleetState =>
  new FleetState(fleet, options);

function fleetModels(nodes: readonly Node[], catalogue: Catalogue): FleetModel[] {
  const models = new Map<string, FleetModel>();
  for (const node of nodes) {
    for (const { model } of node.devices) {
      const facts = catalogue.find(model);
      const name = facts?.name ?? model;
      if (!models.has(name)) models.set(name, { name, facts });
    }
  }
  return [...models.values()];
}

function poolIndices(fleet: Fleet): Int32Array {
  const indexOf = new Map<string, number>(fleet.pools.map((pool, index) => [pool.id, index]));
  return Int32Array.from(fleet.nodes, (node) => {
    const index = indexOf.get(node.pool);
    if (index === undefined) throw new RangeError(`node ${node.id}: the fleet has no pool ${node.pool}`);
    return index;
  });
}

function classIndices(nodes: readonly Node[]): Int32Array {
  const indexOf = new Map<string, number>();
  return Int32Array.from(nodes, ({ pool, cpuMilli, memoryBytes, devices, labels }) => {
    const key = JSON.stringify([pool, cpuMilli, memoryBytes, devices, labels]);
    const index = indexOf.get(key) ?? indexOf.size;
    indexOf.set(key, index);
    return index;
  });
}

function zoneIndices(fleet: Fleet): Int32Array {
  const indexOf = new Map<string, number>();
  return Int32Array.from(fleet.pools, ({ provider, region, zone }) => {
    const key = JSON.stringify([provider, region, zone]);
    const index = indexOf.get(key) ?? indexOf.size;
    indexOf.set(key, index);
    return index;
  });
}

/** Numbers domains that are named within a pool; a node without one is a domain of its own. */
function domainIndices(nodes: readonly Node[], nameOf: (node: Node) => string | undefined): Int32Array {
  const indexOf = new Map<string, number>();
  return Int32Array.from(nodes, (node) => {
    const name = nameOf(node);
    const key = JSON.stringify(name === undefined ? [node.id] : [node.pool, name]);
    const index = indexOf.get(key) ?? indexOf.size;
    indexOf.set(key, index);
    return index;
  });
}

function ranks(nodeCount: number, nodeRank: ArrayLike<number> | undefined): [Int32Array, Int32Array] {
  const rankOf = Int32Array.from({ length: nodeCount }, (_, node) => nodeRank?.[node] ?? node);
  const nodeAtRank = new Int32Array(nodeCount).fill(-1);
  for (const [node, rank] of rankOf.entries()) {
    if (nodeAtRank[rank] !== -1)
      throw new RangeError(`nodeRank is not a permutation of 0…${nodeCount - 1}: ${rank}`);
    nodeAtRank[rank] = node;
  }
  return [rankOf, nodeAtRank];
}
