/** The watchers of watch-fanout.ts, a process of their own: each checks that every change arrives once and in order. */
import { connect, type Socket } from "node:net";

const [port, watchers, expected, since] = process.argv.slice(2).map(Number) as [
  number,
  number,
  number,
  number,
];
const lagsMs: number[] = [];
let gaps = 0;
let done = 0;

/** An event's line carries `"size":N,"sent":T`: the how manyeth change, and when it was asked for. */
const mark = /"sequence":(\d+),"sentMs":([\d.]+)/;

function watch(): Promise<void> {
  return new Promise((resolve) => {
    const socket: Socket = connect(port, "127.0.0.1").setNoDelay(true);
    let rest = "";
    let seen = 0;
    socket.on("data", (chunk: Buffer) => {
      const nowMs = Date.now();
      const lines = (rest + chunk.toString("latin1")).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const found = mark.exec(line);
        if (found === null) continue;
        seen += 1;
        if (Number(found[1]) !== seen) gaps += 1;
        if (seen % 10 === 0) lagsMs.push(nowMs - Number(found[2]));
      }
      if (seen < expected) return;
      done += 1;
      socket.destroy();
      resolve();
    });
    socket.on("error", () => resolve());
    socket.write(
      `GET /apis/bench.yunhe.dev/v1/pings?watch=1&resourceVersion=${since}&allowWatchBookmarks=1 HTTP/1.1\r\nHost: bench\r\n\r\n`,
    );
  });
}

await Promise.all(Array.from({ length: watchers }, watch));
lagsMs.sort((left, right) => left - right);
const quantile = (share: number): number => lagsMs[Math.floor(lagsMs.length * share)] ?? Number.NaN;
console.log(
  JSON.stringify({ done, gaps, p50Ms: quantile(0.5), p99Ms: quantile(0.99), maxMs: lagsMs.at(-1) }),
);
