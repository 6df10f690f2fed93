import { once } from "node:events";
import { ApiError, type Objects, words } from "@yunhe/kernel";
import { type Attempt, attemptKind, type Compute, poolKind, type Task } from "@yunhe/domain-compute";
import type { AttemptRef } from "@yunhe/domain-compute/driver";
import { apiHeaders, type SubresourceHandler } from "../http/index.ts";

/** How long a follower waits before it looks again for the next attempt, or for the end of the task. */
const lookAgainMs = 100;
/** A server that has just started serves before its engines are open. */
const enginePatienceMs = 15_000;

/**
 * `GET …/tasks/NAME/log?follow=true&attempt=2&fromByte=0&tailLines=100`: the log of the newest or a given attempt.
 * With `follow` it goes on from attempt to attempt until the task is over.
 */
export function taskLog(
  objects: Objects,
  compute: Compute,
  readTask: (namespace: string, name: string) => Promise<Task | undefined>,
): SubresourceHandler {
  return async ({ url, incoming, outgoing }, object) => {
    const task = object as unknown as Task;
    const namespace = task.metadata.namespace ?? "";
    const wanted = wholeNumber(url, "attempt");
    const follow = url.searchParams.get("follow") === "true";
    const ended = new AbortController();
    outgoing.once("close", () => ended.abort());
    incoming.once("aborted", () => ended.abort());
    const attempt = async (number: number): Promise<Attempt | undefined> =>
      objects.get(attemptKind, namespace, `${task.metadata.name}-${number}`);
    let number = wanted ?? Math.max(1, task.status?.attempts ?? 0);
    const first = await attempt(number);
    if (wanted !== undefined && !first) throw noAttempt(task.metadata.name, wanted);
    // An empty log would be a wrong answer where it is only not yet in reach; who follows a live task goes on waiting.
    const mayCome = follow && !isOver(task, number);
    if (first && !mayCome && !(await engineOf(first)) && (await hasPool(first)))
      throw notOpen(first.spec.pool);
    outgoing.writeHead(200, {
      ...apiHeaders,
      "Content-Type": "text/plain; charset=utf-8",
      "X-Accel-Buffering": "no",
    });
    outgoing.flushHeaders();
    let position = wholeNumber(url, "fromByte") ?? 0;
    for (;;) {
      // Asked before reading: what was written before the end is seen by the read after it.
      const latest = await readTask(namespace, task.metadata.name);
      const now = await attempt(number);
      if (now) position = await send(now, position);
      if (!follow || wanted !== undefined || ended.signal.aborted || !latest || isOver(latest, number)) break;
      if ((latest.status?.attempts ?? 0) > number) [number, position] = [number + 1, 0];
      else await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
    }
    outgoing.end();

    /** Undefined when it does not open in time, or its pool is no more. */
    async function engineOf(of: Attempt): Promise<ReturnType<Compute["engines"]["of"]>> {
      for (let waitedMs = 0; ; waitedMs += lookAgainMs) {
        const engine = compute.engines.of(of.spec.pool);
        if (engine || waitedMs >= enginePatienceMs || ended.signal.aborted) return engine;
        if (!(await hasPool(of))) return undefined;
        await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
      }
    }

    async function hasPool(of: Attempt): Promise<boolean> {
      return (await objects.get(poolKind, "", of.spec.pool)) !== undefined;
    }

    /** Sends the attempt's log from a byte on; gives the byte up to which it was sent. */
    async function send(of: Attempt, from: number): Promise<number> {
      const engine = await engineOf(of);
      if (!engine) return from;
      const ref: AttemptRef = { id: of.metadata.uid as never, handle: of.status?.handle as never };
      const tail = wholeNumber(url, "tailLines");
      const live = follow && of.status?.phase !== "Ended";
      const chunks = engine.driver.logs(ref, { follow: live, fromByte: from, signal: ended.signal });
      if (tail !== undefined && !live) {
        const text = await all(chunks);
        await write(lastLines(text, tail));
        return from + text.length;
      }
      let sent = from;
      for await (const chunk of chunks) {
        await write(chunk);
        sent += chunk.length;
      }
      return sent;
    }

    async function write(chunk: Uint8Array): Promise<void> {
      if (outgoing.destroyed || outgoing.write(chunk)) return;
      await Promise.race([once(outgoing, "drain"), once(outgoing, "close")]);
    }
  };
}

const isOver = (task: Task, seen: number): boolean =>
  ["Succeeded", "Failed", "Cancelled"].includes(task.status?.phase ?? "") &&
  (task.status?.attempts ?? 0) <= seen;

async function all(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

function lastLines(text: Buffer, count: number): Buffer {
  let at = text.length;
  for (let lines = 0; at > 0; at -= 1) {
    if (text[at - 1] !== 10 || at === text.length) continue;
    lines += 1;
    if (lines === count) break;
  }
  return text.subarray(count === 0 ? text.length : at);
}

function wholeNumber(url: URL, name: string): number | undefined {
  const text = url.searchParams.get(name);
  if (text === null) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new ApiError(
    "BadRequest",
    words(`${name} must be a whole number, not "${text}".`, `${name} 须为非负整数，而非“${text}”。`),
  );
}

const notOpen = (pool: string): ApiError =>
  new ApiError(
    "ServiceUnavailable",
    words(
      `Pool ${pool} has the log, and it is not connected: see "yunhe get pool ${pool}", and try again once it is Ready.`,
      `日志在资源池 ${pool} 中，而该池尚未连接：请查看“yunhe get pool ${pool}”，待其 Ready 后重试。`,
    ),
  );

const noAttempt = (task: string, number: number): ApiError =>
  new ApiError(
    "NotFound",
    words(`Task ${task} has no attempt ${number}.`, `任务 ${task} 没有第 ${number} 次尝试。`),
  );
