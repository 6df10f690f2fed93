import { isDeepStrictEqual } from "node:util";
import {
  type AnyStored,
  apiVersionOf,
  type Condition,
  condition,
  type Draft,
  withConditions,
  words,
} from "@yunhe/kernel";
import type { EngineFacts, NodeFacts } from "../driver/port.ts";
import { type Node, nodeKind } from "../kinds/node.ts";
import { type Pool, poolKind, type PoolStatus } from "../kinds/pool.ts";
import { identifier } from "./identifier.ts";
import type { Problem } from "./problem.ts";
import { nodeDown } from "./state.ts";

/** The name of a node's resource: its pool, and the engine's name made DNS-safe. */
export function nodeName(pool: string, engineName: string): string {
  const safe = engineName
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, "-")
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, "");
  return `${pool}-${safe || "node"}`.slice(0, 253);
}

export interface FactsSnapshot {
  readonly pool: Pool;
  readonly nodes: readonly Node[];
  readonly facts: EngineFacts;
  readonly storage: NonNullable<PoolStatus["storage"]>;
  /** Jobs that should have ended and have not. */
  readonly orphans: Problem | undefined;
  readonly nowMs: number;
}

/** Pure: what the facts of an engine mean for its pool and nodes. Only what really changed becomes a draft. */
export function factsDrafts(snapshot: FactsSnapshot): Draft[] {
  const { pool, nodes, facts, nowMs } = snapshot;
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
  const status = poolStatus(snapshot, now);
  const beats = { ...pool.status, lastSeen: now };
  return isDeepStrictEqual(beats, status) ? drafts : [...drafts, statusDraft(pool, status)];
}

/** Pure: the pool cannot be asked; nothing is said about its jobs (E2). Its first such moment is kept. */
export function unreachableDrafts(
  pool: Pool,
  nodes: readonly Node[],
  problem: Problem,
  { nowMs, answeredAtMs }: { readonly nowMs: number; readonly answeredAtMs: number | undefined },
): Draft[] {
  const now = new Date(nowMs).toISOString();
  const state = problem.reason === "Unreachable" ? "Unknown" : "False";
  const lastSeen = answeredAtMs === undefined ? pool.status?.lastSeen : new Date(answeredAtMs).toISOString();
  const lost = { ...pool.status, lostSince: pool.status?.lostSince ?? now };
  return [
    ...notReadyDraft(pool, lastSeen === undefined ? lost : { ...lost, lastSeen }, state, problem, now),
    ...nodes.flatMap((node) =>
      node.status
        ? nodeNotReadyDraft(
            node,
            condition(node.status.conditions, "Ready", state, problem.reason, problem.message, now),
          )
        : [],
    ),
  ];
}

/**
 * Pure: the engine answers, but nothing may be placed there yet. From here on no attempt of the pool can be given up
 * for lost any more; what was given up before must first have ended.
 */
export function returningDrafts(pool: Pool, problem: Problem, nowMs: number): Draft[] {
  const { lostSince: _over, ...status } = pool.status ?? {};
  return notReadyDraft(pool, status, "False", problem, new Date(nowMs).toISOString());
}

function notReadyDraft(
  pool: Pool,
  next: PoolStatus,
  state: Condition["status"],
  { reason, message }: Problem,
  now: string,
): Draft[] {
  const before = pool.status?.conditions;
  const ready = condition(before, "Ready", state, reason, message, now);
  const status = { ...next, conditions: withConditions(before, { Ready: ready }) };
  return isDeepStrictEqual(pool.status, status) ? [] : [statusDraft(pool, status)];
}

function nodeNotReadyDraft(node: Node, ready: Condition): Draft[] {
  const status = { ...node.status, conditions: withConditions(node.status?.conditions, { Ready: ready }) };
  if (isDeepStrictEqual(node.status, status)) return [];
  return [
    { type: "update", kind: nodeKind, subresource: "status", object: { ...node, status } as AnyStored },
  ];
}

export const statusDraft = (pool: Pool, status: PoolStatus): Draft => ({
  type: "update",
  kind: poolKind,
  subresource: "status",
  object: { ...pool, status } as AnyStored,
});

function poolStatus({ pool, facts, storage, orphans }: FactsSnapshot, now: string): PoolStatus {
  const sum = (amount: (node: NodeFacts) => number): number =>
    facts.nodes.reduce((total, node) => total + amount(node), 0);
  const models: Record<string, number> = {};
  for (const { model } of facts.nodes.flatMap((node) => node.devices))
    models[model] = (models[model] ?? 0) + 1;
  const before = pool.status?.conditions;
  const { lostSince: _over, ...kept } = pool.status ?? {};
  const warnings = {
    en: facts.warnings.map(({ en }) => en).join(" "),
    zh: facts.warnings.map(({ zh }) => zh).join(""),
  };
  const answers = words("The engine answers.", "引擎有应答。");
  return {
    ...kept,
    identifier: identifier({
      provider: pool.spec.provider,
      region: pool.spec.region,
      pool: pool.metadata.name,
    }),
    version: facts.version,
    storage,
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
    conditions: withConditions(before, {
      Ready: condition(before, "Ready", "True", "EngineAnswers", answers, now),
      Limited:
        facts.warnings.length === 0
          ? undefined
          : condition(before, "Limited", "True", "SeeMessage", warnings, now),
      Orphans: orphans && condition(before, "Orphans", "True", orphans.reason, orphans.message, now),
    }),
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
  if (isDeepStrictEqual(node.status, status)) return [];
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
      ...(device.enforcesShares === undefined ? {} : { enforcesShares: device.enforcesShares }),
    })),
    labels: { ...facts.labels },
    conditions: [
      condition(
        node?.status?.conditions,
        "Ready",
        facts.ready ? "True" : "False",
        facts.ready ? "NodeReady" : nodeDown,
        message,
        now,
      ),
    ],
  };
}
