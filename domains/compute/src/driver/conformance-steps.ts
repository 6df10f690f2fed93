import assert from "node:assert/strict";
import type { AttemptId, AttemptRef, Driver, Ending, Job, Observation } from "./port.ts";

/** A small job: one core, 128 MiB, no network, any isolation. */
export function jobOf(attempt: AttemptId, parts: Partial<Job>): Job {
  return {
    attempt,
    title: `trial/${attempt}`,
    project: "trial",
    task: "conformance",
    index: undefined,
    command: ["true"],
    environment: {},
    workingDirectory: "",
    inputs: [],
    outputs: [],
    volumes: [],
    grant: { node: undefined, cpuMilli: 1000, memoryBytes: 128 * 2 ** 20, devices: [] },
    network: false,
    isolation: "process",
    timeLimitMs: undefined,
    logLimitBytes: 2 ** 20,
    image: undefined,
    ...parts,
  };
}

export async function observeOne(driver: Driver, ref: AttemptRef): Promise<Observation> {
  const [seen] = await driver.observe([ref], AbortSignal.timeout(30_000));
  assert.ok(seen !== undefined);
  assert.equal(seen.attempt, ref.id);
  return seen;
}

/** Waits for the end; `unknown` and `absent` right after submit conclude nothing. */
export async function endedWithin(driver: Driver, ref: AttemptRef, patienceMs: number): Promise<Ending> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const seen = await observeOne(driver, ref);
    if (seen.state === "ended") return seen;
    assert.ok(performance.now() < deadline, `attempt ${ref.id} is still ${seen.state}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(Uint8Array.from(chunk));
  return Buffer.concat(parts);
}

export async function logOf(
  driver: Driver,
  ref: AttemptRef,
  patienceMs: number,
  fromByte = 0,
): Promise<string> {
  return (
    await bytesOf(driver.logs(ref, { follow: false, fromByte, signal: AbortSignal.timeout(patienceMs) }))
  ).toString();
}

export async function observedWithin(
  driver: Driver,
  ref: AttemptRef,
  patienceMs: number,
  wanted: (seen: Observation) => boolean,
): Promise<Observation> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const seen = await observeOne(driver, ref);
    if (wanted(seen)) return seen;
    assert.ok(performance.now() < deadline, `attempt ${ref.id} is still ${seen.state}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Follows the log until it holds `words`. */
export async function logWithin(
  driver: Driver,
  ref: AttemptRef,
  words: string,
  patienceMs: number,
): Promise<void> {
  let text = "";
  for await (const chunk of driver.logs(ref, {
    follow: true,
    fromByte: 0,
    signal: AbortSignal.timeout(patienceMs),
  })) {
    text += Buffer.from(chunk).toString();
    if (text.includes(words)) return;
  }
  assert.fail(`the log never said ${JSON.stringify(words)}: ${JSON.stringify(text)}`);
}
