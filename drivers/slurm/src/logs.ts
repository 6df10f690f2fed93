import type { AttemptRef, LogOptions } from "@yunhe/domain-compute/driver";
import { attemptPattern } from "./engine.ts";
import type { Engine } from "./engine.ts";
import { observe } from "./observe.ts";
import { parseRecord } from "./record.ts";

/** How often a followed attempt is asked after that prints nothing. */
const askEveryMs = 2000;

export async function* readLog(
  engine: Engine,
  attempt: AttemptRef,
  options: LogOptions,
): AsyncGenerator<Uint8Array> {
  if (!attemptPattern.test(attempt.id)) return;
  await engine.ready();
  const { clock } = engine.environment;
  let position = options.fromByte;
  let askedAtMs = -Infinity;
  for (;;) {
    // Asked before reading: what is written before the end is seen by the read after it.
    let last = !options.follow || (await recordEnded(engine, attempt));
    if (!last && clock.monotonicMs() - askedAtMs > askEveryMs) {
      askedAtMs = clock.monotonicMs();
      const [seen] = await observe(engine, [attempt]);
      last = seen?.state === "ended" || seen?.state === "absent";
    }
    for (;;) {
      if (options.signal.aborted) return;
      const chunk = await engine.files.readFrom(attempt.id, "log", position, options.signal);
      if (chunk.length === 0) break;
      position += chunk.length;
      yield chunk;
    }
    if (last) return;
    await pause(engine, options.signal);
  }
}

async function recordEnded(engine: Engine, { id }: AttemptRef): Promise<boolean> {
  const name = `${id}/record`;
  const text = (await engine.files.read([name])).get(name);
  return parseRecord(text ?? "").ended !== undefined;
}

function pause(engine: Engine, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stop();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const stop = engine.environment.clock.after(engine.files.followMs, done);
    signal.addEventListener("abort", done);
  });
}
