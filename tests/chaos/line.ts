/** A TCP line between the control plane and the cluster's login host, and what can happen on one. */
import { connect, createServer, type Socket } from "node:net";

/**
 * `clear`; `late`: answers come late; `deaf`: what is sent arrives, no answer comes back; `hole`: nothing arrives either
 * way; `refused`: new connections are closed at once.
 */
export type LineState = "clear" | "late" | "deaf" | "hole" | "refused";

export interface Line {
  readonly port: number;
  set(state: LineState, lateMs?: number): void;
  /** Every connection breaks now. */
  cut(): number;
  close(): Promise<void>;
}

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
  /** Bytes are missing on it: it can only break. */
  torn: boolean;
}

export async function openLine(farPort: number): Promise<Line> {
  const pairs = new Set<Pair>();
  let state: LineState = "clear";
  let lateMs = 0;
  const end = (pair: Pair): void => {
    pairs.delete(pair);
    pair.near.destroy();
    pair.far.destroy();
  };
  const server = createServer((near) => {
    near.on("error", () => undefined);
    if (state === "refused") {
      near.destroy();
      return;
    }
    const far = connect(farPort, "127.0.0.1");
    const pair: Pair = { near, far, torn: false };
    pairs.add(pair);
    const forward = (to: Socket, swallowed: () => boolean, delayed: () => boolean) => (chunk: Buffer) => {
      if (pair.torn || swallowed()) pair.torn ||= swallowed();
      else if (delayed()) setTimeout(() => to.writable && to.write(chunk), lateMs);
      else if (to.writable) to.write(chunk);
    };
    near.on(
      "data",
      forward(
        far,
        () => state === "hole",
        () => false,
      ),
    );
    far.on(
      "data",
      forward(
        near,
        () => state === "hole" || state === "deaf",
        () => state === "late",
      ),
    );
    far.on("error", () => undefined);
    for (const socket of [near, far]) socket.on("close", () => end(pair));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as { port: number }).port,
    set(next, nextLateMs = 0) {
      // Bytes that are on their way late must not be overtaken by others.
      const broken = [...pairs].filter((pair) => pair.torn || state === "late");
      state = next;
      lateMs = nextLateMs;
      if (next !== "hole" && next !== "deaf") for (const pair of broken) end(pair);
    },
    cut() {
      const count = pairs.size;
      for (const pair of pairs) end(pair);
      return count;
    },
    close: () =>
      new Promise((resolve) => {
        for (const pair of pairs) end(pair);
        server.close(() => resolve());
      }),
  };
}
