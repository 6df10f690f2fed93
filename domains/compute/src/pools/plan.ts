import { apiVersionOf, type Condition, type Draft, type Words } from "@yunhe/kernel";
import type { AnyStored } from "@yunhe/kernel";
import type { EngineFacts, NodeFacts } from "../driver/port.ts";
import { type Node, nodeKind } from "../kinds/node.ts";
import { type Pool, poolKind } from "../kinds/pool.ts";
import { identifier } from "./identifier.ts";

/** The name of a node's resource: its pool, and the engine's name made DNS-safe. */
export function nodeName(pool: string, engineName: string): string {
  const safe = engineName
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, "-")
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, "");
  return `${pool}-${safe || "node"}`.slice(0, 253);
}

/** A condition, with the time of its last change kept while its state stays. */
export function condition(
  before: readonly Condition[] | undefined,
  type: string,
  status: Condition["status"],
  reason: string,
  message: Words,
  now: string,
): Condition {
  const same = before?.find((each) => each.type === type && each.status === status && each.reason === reason);
  return {
    type,
    status,
    reason,
    message: message.en,
    messageZh: message.zh,
    lastTransitionTime: same?.lastTransitionTime ?? now,
  };
}

/** Pure: what the facts of an engine mean for its pool and nodes. Only what really changed becomes a draft. */
export function factsDrafts(pool: Pool, nodes: readonly Node[], facts: EngineFacts, nowMs: number): Draft[] {
  const now = new Date(nowMs).toISOString();
  const known = new Map(nodes.map((node) => [node.metadata.name, node]));
  const drafts = facts.nodes.flatMap((each): Draft[] =>
    nodeDrafts(pool, known.get(nodeName(pool.metadata.name, each.name)), each, now),
  );
  const present = new Set(facts.nodes.map(({ name }) => nodeName(pool.metadata.name, name)));
  for (const node of nodes) {
    if (!present.has(node.metadata.name))
      drafts.push({ type: "delete", kind: nodeKind, object: node as AnyStored });
  }
  const status = poolStatus(pool, facts, now);
  if (!sameBut("lastSeen", pool.status, status)) {
    drafts.push({
      type: "update",
      kind: poolKind,
      subresource: "status",
      object: { ...pool, status } as AnyStored,
    });
  }
  return drafts;
}

/** Pure: the pool cannot be asked; nothing is said about its jobs. */
export function unreachableDrafts(
  pool: Pool,
  nodes: readonly Node[],
  why: Words,
  reason: string,
  nowMs: number,
): Draft[] {
  const now = new Date(nowMs).toISOString();
  const not = (before: readonly Condition[] | undefined) => [
    condition(before, "Ready", reason === "Unreachable" ? "Unknown" : "False", reason, why, now),
  ];
  const drafts: Draft[] = [];
  const conditions = not(pool.status?.conditions as Condition[] | undefined);
  if (!sameConditions(pool.status?.conditions, conditions)) {
    drafts.push({
      type: "update",
      kind: poolKind,
      subresource: "status",
      object: { ...pool, status: { ...pool.status, conditions } } as AnyStored,
    });
  }
  for (const node of nodes) {
    const nodeConditions = not(node.status?.conditions as Condition[] | undefined);
    if (!node.status || sameConditions(node.status.conditions, nodeConditions)) continue;
    const object = { ...node, status: { ...node.status, conditions: nodeConditions } } as AnyStored;
    drafts.push({ type: "update", kind: nodeKind, subresource: "status", object });
  }
  return drafts;
}

function poolStatus(pool: Pool, facts: EngineFacts, now: string): NonNullable<Pool["status"]> {
  const sum = (amount: (node: NodeFacts) => number): number =>
    facts.nodes.reduce((total, node) => total + amount(node), 0);
  const models: Record<string, number> = {};
  for (const { model } of facts.nodes.flatMap((node) => node.devices))
    models[model] = (models[model] ?? 0) + 1;
  const before = pool.status?.conditions as Condition[] | undefined;
  const warnings = {
    en: facts.warnings.map(({ en }) => en).join(" "),
    zh: facts.warnings.map(({ zh }) => zh).join(""),
  };
  return {
    identifier: identifier({
      provider: pool.spec.provider,
      region: pool.spec.region,
      pool: pool.metadata.name,
    }),
    version: facts.version,
    nodes: facts.nodes.length,
    isolation: [...facts.isolation],
    enforces: [...facts.enforces],
    capacity: {
      cpuMilli: sum((node) => node.cpuMilli),
      memoryBytes: sum((node) => node.memoryBytes),
      devices: sum((node) => node.devices.length),
      deviceModels: models,
    },
    lastSeen: now,
    conditions: [
      condition(
        before,
        "Ready",
        "True",
        "EngineAnswers",
        { en: "The engine answers.", zh: "引擎有应答。" },
        now,
      ),
      ...(facts.warnings.length === 0
        ? []
        : [condition(before, "Limited", "True", "SeeMessage", warnings, now)]),
    ],
  };
}

function nodeDrafts(pool: Pool, node: Node | undefined, facts: NodeFacts, now: string): Draft[] {
  const name = nodeName(pool.metadata.name, facts.name);
  const status = nodeStatus(pool, node, facts, now);
  if (!node) {
    const owner = {
      apiVersion: apiVersionOf(poolKind),
      kind: poolKind.kind,
      name: pool.metadata.name,
      uid: pool.metadata.uid,
    };
    return [
      {
        type: "create",
        kind: nodeKind,
        object: {
          metadata: { name, ownerReferences: [{ ...owner, controller: true }] },
          spec: { pool: pool.metadata.name },
          status,
        },
      },
    ];
  }
  if (JSON.stringify(node.status) === JSON.stringify(status)) return [];
  return [
    { type: "update", kind: nodeKind, subresource: "status", object: { ...node, status } as AnyStored },
  ];
}

function nodeStatus(
  pool: Pool,
  node: Node | undefined,
  facts: NodeFacts,
  now: string,
): NonNullable<Node["status"]> {
  const place = {
    provider: pool.spec.provider,
    region: pool.spec.region,
    pool: pool.metadata.name,
    node: facts.name,
  };
  const message =
    facts.reason ??
    (facts.ready ? { en: "It takes tasks.", zh: "可接收任务。" } : { en: "It is down.", zh: "已停机。" });
  return {
    identifier: identifier({ ...place, type: facts.architecture }),
    engineName: facts.name,
    architecture: facts.architecture,
    operatingSystem: facts.operatingSystem,
    capacity: { cpuMilli: facts.cpuMilli, memoryBytes: facts.memoryBytes, diskBytes: facts.diskBytes },
    devices: facts.devices.map((device) => ({
      id: device.id,
      identifier: identifier({ ...place, device: device.id, type: device.model }),
      vendor: device.vendor,
      model: device.model,
      memoryBytes: device.memoryBytes,
      healthy: device.healthy,
      simulated: device.simulated,
      ...(device.driverVersion === undefined ? {} : { driverVersion: device.driverVersion }),
    })),
    labels: { ...facts.labels },
    conditions: [
      condition(
        node?.status?.conditions as Condition[] | undefined,
        "Ready",
        facts.ready ? "True" : "False",
        facts.ready ? "NodeReady" : "NodeDown",
        message,
        now,
      ),
    ],
  };
}

const sameConditions = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const sameBut = (field: string, a: unknown, b: unknown): boolean => {
  const without = (value: unknown): string =>
    JSON.stringify(value, (name, inner: unknown) => (name === field ? undefined : inner));
  return without(a) === without(b);
};
