import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo, Server as NetServer } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { ApiError } from "@yunhe/kernel";
import { Hono } from "hono";
import { languageOf } from "./accept.ts";
import { apiHandler } from "./api-handler.ts";
import { openDoorway } from "./doorway.ts";
import type { HttpApp, HttpServerOptions } from "./options.ts";
import { notFoundPath, sendError } from "./respond.ts";

export interface HttpServer {
  readonly app: HttpApp;
  readonly server: Server;
  /** Resolves with the address once it listens; port 0 finds a free one. */
  listen(port: number, host?: string): Promise<AddressInfo>;
  /** Ends watches, lets requests in flight finish (at most `graceMs`), then closes every connection. */
  close(graceMs?: number): Promise<void>;
}

const headersTimeoutMs = 20_000;
const requestTimeoutMs = 60_000;
const keepAliveTimeoutMs = 75_000;
const defaultGraceMs = 5_000;

/** The Kubernetes-style API and whatever routes are added, on one HTTP server. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { api, routes = [] } = options;
  const app: HttpApp = new Hono();
  const serve = apiHandler(options);
  for (const path of ["/api/*", "/apis/*", "/api", "/apis", "/openapi/*", "/version"]) {
    app.all(path, async (context) => {
      await serve(context.env.incoming, context.env.outgoing);
      return RESPONSE_ALREADY_SENT;
    });
  }
  for (const add of routes) add(app);
  app.notFound((context) => {
    sendError(
      context.env.outgoing,
      notFoundPath(new URL(context.req.url).pathname),
      languageOf(context.env.incoming),
    );
    return RESPONSE_ALREADY_SENT;
  });
  app.onError((error, context) => {
    const requestId = randomUUID();
    if (!(error instanceof ApiError)) options.onError?.(error, requestId);
    sendError(context.env.outgoing, error, languageOf(context.env.incoming));
    return RESPONSE_ALREADY_SENT;
  });
  const server = createAdaptorServer({
    fetch: app.fetch,
    createServer,
    // A body that was refused unread is drained by the handler itself, within bounds.
    autoCleanupIncoming: false,
    overrideGlobalObjects: false,
    serverOptions: {
      requestTimeout: requestTimeoutMs,
      headersTimeout: headersTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
    },
  }) as Server;
  const doorway = options.certificate === undefined ? undefined : openDoorway(server, options.certificate);
  return {
    app,
    server,
    listen: (port, host) => listen(doorway?.net ?? server, port, host),
    close: (graceMs = defaultGraceMs) => {
      api.close();
      return doorway === undefined ? close(server, graceMs) : doorway.close(graceMs);
    },
  };
}

function listen(server: NetServer, port: number, host = "127.0.0.1"): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve(server.address() as AddressInfo);
    });
  });
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
