import { createHash } from "node:crypto";
import { type AnyStored, apiVersionOf, type Draft, type Words, words } from "@yunhe/kernel";
import { attemptKind } from "../kinds/attempt.ts";
import type { GrantFields } from "../kinds/device.ts";
import type { Node } from "../kinds/node.ts";
import { type Pool, poolKind, type PoolStatus } from "../kinds/pool.ts";
import { type Task, taskKind } from "../kinds/task.ts";
import { isOver, statusOf } from "../tasks/state.ts";
import type { LiveAttempt } from "./live-attempts.ts";
import { isReady } from "./state.ts";

/** Carried by canaries; the value is the pool. */
export const canaryLabel = "compute.yunhe.dev/canary";
/** The project that canaries run in. */
export const systemProject = "yunhe-system";

/** A canary needs no place from the scheduler: nothing else is placed where it goes. */
const grant: GrantFields = { cpuMilli: 100, memoryBytes: 64 * 2 ** 20, devices: [] };
const firstPauseMs = 30_000;
const longestPauseMs = 15 * 60_000;

export type CanaryRecord = NonNullable<PoolStatus["canary"]>;

/** How the canary under way stands. */
export type CanaryVerdict =
  | { readonly type: "none" }
  | { readonly type: "under-way" }
  | { readonly type: "passed" }
  | { readonly type: "failed"; readonly message: Words };

/** Pure: a canary has passed when it ran and its file came there and back unharmed. */
export function canaryVerdict(pool: Pool, task: Task | undefined): CanaryVerdict {
  const { canary } = pool.status ?? {};
  if (canary?.task === undefined) return { type: "none" };
  if (!task) return failed(words("its task was removed.", "其任务已被删除。"));
  const status = statusOf(task);
  if (status.phase === "Succeeded") {
    const answer = status.outputs?.find(({ path }) => path === "answer");
    if (answer?.sha256 === digest(question(pool, canary.number))) return { type: "passed" };
    return failed(words("its file did not come back unharmed.", "其文件未能完好返回。"));
  }
  // Waiting again means that its only attempt is over: it is not the scheduler's to place.
  if (!isOver(status) && status.phase !== "Waiting") return { type: "under-way" };
  const said = status.message ?? status.phase;
  return failed(words(said, status.messageZh ?? said));
}

const failed = (message: Words): CanaryVerdict => ({ type: "failed", message });

/** When the next canary may follow after so many failures in a row: 30 s, doubling up to 15 min. */
export const canaryPauseMs = (failures: number): number =>
  Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures - 1, 20));

/** Pure: a ready node of the pool with room for a canary beside what is held there. */
export function canaryNode(nodes: readonly Node[], live: readonly LiveAttempt[]): Node | undefined {
  return nodes.find((node) => {
    if (!isReady(node) || node.spec.unschedulable || !node.status) return false;
    const here = live.filter((attempt) => attempt.node === node.metadata.name);
    const sum = (of: "cpuMilli" | "memoryBytes"): number =>
      here.reduce((total, attempt) => total + attempt.grant[of], grant[of]);
    const { capacity } = node.status;
    return sum("cpuMilli") <= capacity.cpuMilli && sum("memoryBytes") <= capacity.memoryBytes;
  });
}

export const canaryName = (pool: Pool, number: number): string =>
  `canary-${pool.metadata.name}-${number}`.slice(0, 200);

/** Pure: the task and its one attempt, already in its place. */
export function canaryDrafts(
  pool: Pool,
  node: Node,
  number: number,
  uids: readonly [string, string],
): Draft[] {
  const name = canaryName(pool, number);
  const labels = { [canaryLabel]: pool.metadata.name };
  const [taskUid, attemptUid] = uids;
  const owner = (kind: { readonly kind: string }, apiVersion: string, of: { name: string; uid: string }) => [
    { apiVersion, kind: kind.kind, name: of.name, uid: of.uid as never, controller: true },
  ];
  return [
    {
      type: "create",
      kind: taskKind,
      object: {
        metadata: {
          name,
          namespace: systemProject,
          uid: taskUid as never,
          labels,
          ownerReferences: owner(poolKind, apiVersionOf(poolKind), pool.metadata),
        },
        spec: {
          command: ["sh", "-c", "cat question > answer"],
          resources: { cpus: grant.cpuMilli / 1000, memory: grant.memoryBytes },
          inputs: [{ path: "question", content: question(pool, number) }],
          outputs: ["answer"],
          queue: systemProject,
          placement: { pools: [pool.metadata.name] },
          timeout: "2m",
        },
        status: {
          phase: "Starting",
          attempts: 1,
          countedFailures: 0,
          currentAttempt: `${name}-1`,
          lastAttempt: `${name}-1`,
          pool: pool.metadata.name,
          node: node.metadata.name,
        },
      },
    },
    {
      type: "create",
      kind: attemptKind,
      object: {
        metadata: {
          name: `${name}-1`,
          namespace: systemProject,
          uid: attemptUid as never,
          labels,
          ownerReferences: owner(taskKind, apiVersionOf(taskKind), { name, uid: taskUid }),
        },
        spec: { task: name, number: 1, pool: pool.metadata.name, node: node.metadata.name, grant },
      },
    },
  ];
}

/** Pure: a canary that nobody waits for any more ends; one that is over goes. */
export function dismissDrafts(task: Task | undefined): Draft[] {
  if (!task || task.metadata.deletionTimestamp !== undefined) return [];
  return [{ type: "delete", kind: taskKind, object: task as AnyStored }];
}

const question = (pool: Pool, number: number): string => `${pool.metadata.uid} ${number}\n`;
const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
