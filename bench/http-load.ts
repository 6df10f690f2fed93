/**
 * Load generator of http-writes.ts, a process of its own: creates objects over so many connections, each request after
 * the answer to the last. It speaks HTTP/1.1 over bare sockets, so that it costs less than what it measures.
 */
import { connect, type Socket } from "node:net";
import { jobBody } from "./http-body.ts";

const [port, clients, seconds, prefix] = process.argv.slice(2);
const path = "/apis/bench.yunhe.dev/v1/namespaces/bench/jobs";
const latenciesMs: number[] = [];
let failures = 0;
const endMs = performance.now() + Number(seconds) * 1000;

function requestText(name: string): string {
  const body = jobBody(name);
  return `POST ${path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** Resolves with the status once the whole answer (head and Content-Length bytes) is there. */
function exchange(socket: Socket, text: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const onData = (chunk: Buffer): void => {
      answer += chunk.toString("latin1");
      const head = answer.indexOf("\r\n\r\n");
      if (head < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(answer)?.[1]);
      if (answer.length < head + 4 + length) return;
      socket.off("data", onData);
      socket.off("error", reject);
      resolve(Number(answer.slice(9, 12)));
    };
    socket.on("data", onData);
    socket.once("error", reject);
    socket.write(text);
  });
}

async function client(index: number): Promise<void> {
  const socket = connect(Number(port), "127.0.0.1").setNoDelay(true);
  for (let count = 0; performance.now() < endMs; count += 1) {
    const start = performance.now();
    if ((await exchange(socket, requestText(`${prefix}-${index}-${count}`))) === 201) {
      latenciesMs.push(performance.now() - start);
    } else failures += 1;
  }
  socket.destroy();
}

const start = performance.now();
await Promise.all(Array.from({ length: Number(clients) }, (_, index) => client(index)));
const elapsedMs = performance.now() - start;
latenciesMs.sort((left, right) => left - right);
const quantile = (share: number): number => latenciesMs[Math.floor(latenciesMs.length * share)] ?? Number.NaN;
console.log(
  JSON.stringify({
    perSecond: latenciesMs.length / (elapsedMs / 1000),
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    failures,
  }),
);
