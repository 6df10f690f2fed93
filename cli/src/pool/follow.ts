import { setTimeout as sleep } from "node:timers/promises";
import { type Client, RequestFailed } from "@yunhe/client";
import { type Words, words } from "@yunhe/client";
import type { Context } from "../command/context.ts";
import { conditionOf, messageOf, type Pool, pools } from "./kind.ts";

/** What was being waited for. */
export type Followed =
  | { readonly type: "done" }
  | { readonly type: "failed"; readonly why: Words }
  | { readonly type: "timed-out"; readonly last: Words | undefined };

export interface FollowOptions {
  readonly name: string;
  readonly timeoutMs: number;
  /** `undefined` for a pool that is gone. What it says is shown when it is news. */
  readonly look: (pool: Pool | undefined) => Looked;
}

export interface Looked {
  readonly end?: "done" | "failed";
  readonly say?: Words | undefined;
}

const lookEveryMs = 300;

/** Looks at a pool until it is as wanted, and shows what happens meanwhile. */
export async function follow(context: Context, client: Client, options: FollowOptions): Promise<Followed> {
  const giveUpMs = performance.now() + options.timeoutMs;
  let last: Words | undefined;
  for (;;) {
    const { end, say } = options.look(await poolNamed(client, options.name));
    if (say && say.en !== last?.en && end !== "failed") context.note(say);
    last = say ?? last;
    if (end === "done") return { type: "done" };
    if (end === "failed") return { type: "failed", why: say ?? words("It failed.", "失败。") };
    if (performance.now() > giveUpMs) return { type: "timed-out", last };
    await sleep(lookEveryMs);
  }
}

async function poolNamed(client: Client, name: string): Promise<Pool | undefined> {
  try {
    return await client.resources<Pool>(pools).get(undefined, name);
  } catch (error) {
    if (error instanceof RequestFailed && error.code === 404) return undefined;
    throw error;
  }
}

/** Reasons that mean "not yet". */
const passing = new Set(["Returning", "EndingOrphans"]);

/** A new pool on its way to being accepted. */
export function lookForAcceptance(pool: Pool | undefined): Looked {
  if (!pool) return { end: "failed", say: words("The pool was removed meanwhile.", "资源池已被移除。") };
  const ready = conditionOf(pool, "Ready");
  if (!ready) return { say: words("Asking the engine …", "正在询问引擎……") };
  if (ready.status !== "True")
    return passing.has(ready.reason) ? { say: messageOf(ready) } : { end: "failed", say: messageOf(ready) };
  const there = thereOf(pool);
  if (!pool.spec.canary) return { end: "done", say: there };
  const accepted = conditionOf(pool, "Accepted");
  if (!accepted) return { say: there };
  if (accepted.status === "Unknown") return { say: messageOf(accepted) };
  return { end: accepted.status === "True" ? "done" : "failed", say: messageOf(accepted) };
}

function thereOf({ status }: Pool): Words {
  const { cpuMilli = 0, memoryBytes = 0, devices = 0 } = status?.capacity ?? {};
  const gib = Math.round(memoryBytes / 2 ** 30);
  return words(
    `The engine answers (${status?.version}): ${status?.nodes} nodes, ${cpuMilli / 1000} cores, ${gib} GiB, ${devices} devices.`,
    `引擎有应答（${status?.version}）：${status?.nodes} 个节点，${cpuMilli / 1000} 核，${gib} GiB，${devices} 个设备。`,
  );
}

export function lookForDrained(pool: Pool | undefined): Looked {
  if (!pool) return { end: "done" };
  const drained = conditionOf(pool, "Drained");
  const say = drained && messageOf(drained);
  return drained?.status === "True" ? { end: "done", say } : { say };
}

/** Gone, or its name belongs to another one by now. */
export function lookForRemoval(uid: string, pool: Pool | undefined): Looked {
  if (!pool || pool.metadata.uid !== uid) return { end: "done" };
  const waits = conditionOf(pool, "Leaving");
  return { say: waits && messageOf(waits) };
}
