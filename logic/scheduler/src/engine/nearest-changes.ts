import type { Pool } from "../model/fleet.ts";
import { isolationLevels } from "../model/fleet.ts";
import { WHOLE_DEVICE_MILLI } from "../model/task.ts";
import { latencyMsTo } from "../model/link.ts";
import { hourlyPriceNano } from "../model/price.ts";
import type { DevicePick } from "../policies/policy.ts";
import { type Change, joined } from "./change.ts";
import { newPick } from "./devices.ts";
import {
  isSingle,
  nodeObstacles,
  obstacle,
  poolObstacles,
  roomInProportion,
  usableDevices,
  withoutModelRules,
} from "./obstacles.ts";
import { Shortlist } from "./shortlist.ts";
import type { Shape } from "./shape.ts";
import type { FleetState } from "./state.ts";

/**
 * The smallest changes that would let a shape start now, from one pass over the nodes. Kept between failures: each kind
 * remembers its best few nodes, so that as long as one of them is as it was, only nodes that changed since are looked
 * at again.
 */
export class NearestChanges {
  readonly #state: FleetState;
  readonly #shape: Shape;
  readonly #withoutModelRules: Shape | undefined;
  readonly #poolBits: Int32Array;
  readonly #pick: DevicePick;
  readonly #kinds = new Map<string, Shortlist<Change>>();
  #position = -1;
  #flips = 0;

  constructor(state: FleetState, shape: Shape) {
    this.#state = state;
    this.#shape = shape;
    this.#withoutModelRules = withoutModelRules(shape);
    this.#pick = newPick(state);
    this.#poolBits = Int32Array.from(state.fleet.pools, (pool) => poolObstacles(state, pool, shape.task));
  }

  get(): Change[] {
    const { log } = this.#state;
    const flips = this.#shape.group?.flips ?? 0;
    if (this.#position < 0 || !log.reaches(this.#position) || flips !== this.#flips) this.#recompute();
    else this.#update();
    this.#flips = flips;
    this.#position = log.head;
    return joined([...this.#kinds.values()].flatMap((kind) => kind.best() ?? []));
  }

  #update(): void {
    const { log } = this.#state;
    for (let position = this.#position; position < log.head; position += 1) {
      const node = log.nodeAt(position);
      if (node < 0) continue;
      for (const kind of this.#kinds.values()) kind.forget(node);
      this.#look(node);
    }
    for (const kind of this.#kinds.values()) if (kind.isSpent()) return this.#recompute();
  }

  #recompute(): void {
    this.#kinds.clear();
    for (let node = 0; node < this.#state.nodeCount; node += 1) this.#look(node);
  }

  #look(node: number): void {
    const pool = this.#state.poolOf[node]!;
    const poolBits = this.#poolBits[pool]!;
    if (poolBits !== 0 && !isSingle(poolBits)) return;
    const bits = nodeObstacles(this.#state, this.#shape, this.#withoutModelRules, node, poolBits, this.#pick);
    if (!isSingle(bits)) return;
    if (bits <= obstacle.devices) this.#lookAtSize(bits, node);
    else this.#lookAtRule(bits, node, this.#state.fleet.pools[pool]!);
  }

  #lookAtSize(bits: number, node: number): void {
    const { cpuFree, memoryFree } = this.#state;
    if (bits === obstacle.cpu) {
      const cpuMilli = cpuFree[node]!;
      if (cpuMilli > 0) this.#keep("fewer-cores", cpuMilli, node, () => ({ kind: "fewer-cores", cpuMilli }));
    } else if (bits === obstacle.memory) {
      const memoryBytes = memoryFree[node]!;
      if (memoryBytes > 0)
        this.#keep("less-memory", memoryBytes, node, () => ({ kind: "less-memory", memoryBytes }));
    } else if (this.#shape.deviceCount > 1) {
      const count = usableDevices(this.#state, this.#shape, node);
      if (count > 0) this.#keep("fewer-devices", count, node, () => ({ kind: "fewer-devices", count }));
    } else this.#lookAtDevices(node);
  }

  #lookAtDevices(node: number): void {
    const { deviceStart, deviceModel, poolOf, models } = this.#state;
    const row = poolOf[node]! * models.length;
    for (let device = deviceStart[node]!; device < deviceStart[node + 1]!; device += 1) {
      if (this.#shape.deviceReason[row + deviceModel[device]!] === 0) this.#lookAtShare(node, device);
    }
  }

  /** A share of one device: less compute, less memory, or less of both where they go in proportion. */
  #lookAtShare(node: number, device: number): void {
    const { deviceFree, deviceMemoryFree, deviceMemoryTotal } = this.#state;
    const { shareMilli: asked, deviceMemoryBytes } = this.#shape;
    const share = deviceFree[device]!;
    const memoryBytes = deviceMemoryFree[device]!;
    if (deviceMemoryBytes === 0) {
      const shareMilli = roomInProportion(this.#state, device);
      if (shareMilli > 0)
        this.#keep("smaller-share", shareMilli, node, () => ({ kind: "smaller-share", shareMilli }));
    } else if (asked === 0) {
      const bytes = Math.min(
        memoryBytes,
        Math.floor((share * deviceMemoryTotal[device]!) / WHOLE_DEVICE_MILLI),
      );
      if (bytes > 0) this.#keepMemory(bytes, node);
    } else if (share >= asked && memoryBytes > 0) this.#keepMemory(memoryBytes, node);
    else if (share > 0 && memoryBytes >= deviceMemoryBytes) {
      this.#keep("smaller-share", share, node, () => ({ kind: "smaller-share", shareMilli: share }));
    }
  }

  #keepMemory(memoryBytes: number, node: number): void {
    this.#keep("less-device-memory", memoryBytes, node, () => ({ kind: "less-device-memory", memoryBytes }));
  }

  #lookAtRule(bits: number, node: number, pool: Pool): void {
    if (bits === obstacle.price) this.#lookAtPrice(node, pool);
    else if (bits === obstacle.latency) this.#lookAtLatency(node, pool);
    else if (bits === obstacle.isolation) {
      const strength = Math.max(...pool.isolation.map((level) => isolationLevels.indexOf(level)));
      const isolation = isolationLevels[strength];
      if (isolation)
        this.#keep("weaker-isolation", strength, node, () => ({ kind: "weaker-isolation", isolation }));
    } else if (bits === obstacle.spot) this.#keep("on-demand", 0, node, () => ({ kind: "on-demand" }));
    else if (bits === obstacle.labels) this.#keep("other-labels", 0, node, () => ({ kind: "other-labels" }));
    else if (bits === obstacle.affinity) this.#keep("no-affinity", 0, node, () => ({ kind: "no-affinity" }));
    else {
      const name = this.#nameFor(bits, pool);
      this.#keep(`${bits} ${name}`, 0, node, () => ruleChange(bits, [name]));
    }
  }

  #lookAtPrice(node: number, pool: Pool): void {
    const model =
      this.#pick.count > 0
        ? this.#state.models[this.#state.deviceModel[this.#pick.devices[0]!]!]!.name
        : undefined;
    const nanoPerHour = hourlyPriceNano(this.#shape.task, pool, model);
    if (nanoPerHour === undefined) return;
    const currency = pool.prices?.currency ?? "";
    const kind = "higher-price-ceiling";
    this.#keep(`${kind} ${currency}`, -nanoPerHour, node, () => ({ kind, nanoPerHour, currency }));
  }

  #lookAtLatency(node: number, pool: Pool): void {
    const latencyMs = latencyMsTo(this.#state.fleet, pool, this.#shape.task.constraints!.maxLatency!.point);
    if (latencyMs === undefined) return;
    this.#keep("higher-latency", -latencyMs, node, () => ({ kind: "higher-latency", latencyMs }));
  }

  #nameFor(bits: number, pool: Pool): string {
    if (bits === obstacle.model)
      return this.#state.models[this.#state.deviceModel[this.#pick.devices[0]!]!]!.name;
    if (bits === obstacle.jurisdiction) return pool.jurisdiction;
    if (bits === obstacle.provider) return pool.provider;
    return bits === obstacle.region ? pool.region : pool.id;
  }

  #keep(kind: string, value: number, node: number, change: () => Change): void {
    let shortlist = this.#kinds.get(kind);
    if (!shortlist) {
      shortlist = new Shortlist();
      this.#kinds.set(kind, shortlist);
    }
    shortlist.offer(node, value, change);
  }
}

function ruleChange(bits: number, names: readonly string[]): Change {
  if (bits === obstacle.model) return { kind: "other-model", models: names };
  if (bits === obstacle.jurisdiction) return { kind: "other-jurisdiction", jurisdictions: names };
  if (bits === obstacle.provider) return { kind: "other-provider", providers: names };
  if (bits === obstacle.region) return { kind: "other-region", regions: names };
  return bits === obstacle.data ? { kind: "copy-data", pools: names } : { kind: "other-pool", pools: names };
}
