import type { Server } from "node:http";
import { createServer as createSecureServer, type Server as SecureServer } from "node:https";
import { createServer, type Server as NetServer, type Socket } from "node:net";

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** First byte of a TLS record that begins a handshake (RFC 8446, section 5.1). */
const tlsHandshake = 0x16;

/**
 * HTTP and HTTPS on one port, told apart by the first byte: browsers and curl use the plain one on loopback, and
 * kubectl, which sends no token without TLS, the other.
 */
export interface Doorway {
  readonly net: NetServer;
  readonly secure: SecureServer;
  /** Lets requests in flight finish, at most `graceMs`; idle connections end at once. */
  close(graceMs: number): Promise<void>;
}

export function openDoorway(plain: Server, certificate: Certificate): Doorway {
  const secure = createSecureServer({ ...certificate, minVersion: "TLSv1.2" });
  for (const listener of plain.listeners("request")) secure.on("request", listener as never);
  secure.headersTimeout = plain.headersTimeout;
  secure.requestTimeout = plain.requestTimeout;
  secure.keepAliveTimeout = plain.keepAliveTimeout;
  secure.on("tlsClientError", (_error, socket) => socket.destroy());
  const silent = new Set<Socket>();
  const net = createServer({ noDelay: true }, (socket) => sort(socket, plain, secure, silent));
  // Neither listens itself, and only a server that believes to listen watches over its connections and their timeouts.
  net.once("listening", () => {
    for (const each of [plain, secure]) each.emit("listening");
  });
  return { net, secure, close: (graceMs) => close(net, [plain, secure], silent, graceMs) };
}

function close(
  net: NetServer,
  servers: readonly (Server | SecureServer)[],
  silent: ReadonlySet<Socket>,
  graceMs: number,
): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      for (const server of servers) server.closeAllConnections();
    }, graceMs);
    net.close(() => {
      clearTimeout(timer);
      resolve();
    });
    for (const server of servers) server.close();
    for (const socket of silent) socket.destroy();
  });
}

/** `silent` holds the connections that have not said anything yet. */
function sort(socket: Socket, plain: Server, secure: SecureServer, silent: Set<Socket>): void {
  silent.add(socket);
  socket.once("close", () => silent.delete(socket));
  socket.setTimeout(plain.headersTimeout, () => socket.destroy());
  socket.once("error", () => socket.destroy());
  socket.once("data", (first: Buffer) => {
    silent.delete(socket);
    socket.pause();
    socket.setTimeout(0);
    socket.removeAllListeners("timeout");
    socket.unshift(first);
    (first[0] === tlsHandshake ? secure : plain).emit("connection", socket);
    process.nextTick(() => socket.resume());
  });
}
