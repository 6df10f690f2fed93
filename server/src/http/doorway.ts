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
}

export function openDoorway(plain: Server, certificate: Certificate): Doorway {
  const secure = createSecureServer({ ...certificate, minVersion: "TLSv1.2" });
  for (const listener of plain.listeners("request")) secure.on("request", listener as never);
  secure.headersTimeout = plain.headersTimeout;
  secure.requestTimeout = plain.requestTimeout;
  secure.keepAliveTimeout = plain.keepAliveTimeout;
  secure.on("tlsClientError", (_error, socket) => socket.destroy());
  const net = createServer({ noDelay: true }, (socket) => sort(socket, plain, secure));
  return { net, secure };
}

function sort(socket: Socket, plain: Server, secure: SecureServer): void {
  socket.setTimeout(plain.headersTimeout, () => socket.destroy());
  socket.once("error", () => socket.destroy());
  socket.once("data", (first: Buffer) => {
    socket.pause();
    socket.setTimeout(0);
    socket.removeAllListeners("timeout");
    socket.unshift(first);
    (first[0] === tlsHandshake ? secure : plain).emit("connection", socket);
    process.nextTick(() => socket.resume());
  });
}
