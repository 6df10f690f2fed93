import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type AnyKind, type AnyResource, type ApiError, indexKinds, keyOfKind } from "@yunhe/kernel";
import { languageOf } from "./accept.ts";
import type { ApiRequest } from "./context.ts";
import { discoveryRoutes } from "./discovery-routes.ts";
import { namespaceView } from "./namespace.ts";
import { parseResourcePath, type ResourcePath } from "./request-info.ts";
import { serveResource } from "./resources.ts";
import { asApiError, notFoundPath, sendError } from "./respond.ts";
import { serveReview } from "./reviews.ts";
import {
  credentialsOf,
  type HttpServerOptions,
  type SubresourceHandler,
  type Subresources,
  unauthorized,
} from "./options.ts";
import { servedAsStored, type ServedKind } from "./view.ts";

export type ApiHandler = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;

const requestIdForm = /^[\w.-]{1,64}$/;

/** Everything under `/api`, `/apis`, `/openapi` and `/version`: nothing of it answers without credentials. */
export function apiHandler(options: HttpServerOptions): ApiHandler {
  const { api, authenticate, onError } = options;
  const views = viewsOf(api.context.namespaceKind);
  const shown = indexKinds([...api.kinds.all, ...views.map((view) => view.shown)]);
  const discovery = discoveryRoutes(shown, options.version);
  const find = (path: ResourcePath): ServedKind | undefined => {
    const kind = shown.byPlural(path.group, path.version, path.plural);
    return kind && (views.find((view) => view.shown === kind) ?? servedAsStored(kind));
  };
  return async (incoming, outgoing) => {
    const given = incoming.headers["x-request-id"];
    const requestId = typeof given === "string" && requestIdForm.test(given) ? given : randomUUID();
    outgoing.setHeader("X-Request-Id", requestId);
    outgoing.setHeader("Audit-Id", requestId);
    const language = languageOf(incoming);
    try {
      const principal = await authenticate(credentialsOf(incoming));
      if (principal === undefined) throw unauthorized();
      const url = new URL(incoming.url ?? "/", "http://api");
      const stillSignedIn = async (): Promise<ApiError | undefined> =>
        (await authenticate(credentialsOf(incoming)))?.id === principal.id ? undefined : unauthorized();
      const request: ApiRequest = {
        api,
        caller: { principal, requestId },
        incoming,
        outgoing,
        url,
        language,
        stillSignedIn,
      };
      await route(request, discovery, find, options.subresources);
    } catch (error) {
      if (asApiError(error).reason === "InternalError") onError?.(error, requestId);
      if (outgoing.headersSent) outgoing.destroy();
      else sendError(outgoing, error, language);
    }
  };
}

const viewsOf = (namespaceKind: AnyKind | undefined): ServedKind[] =>
  namespaceKind === undefined ? [] : [namespaceView(namespaceKind)];

async function route(
  request: ApiRequest,
  discovery: ReturnType<typeof discoveryRoutes>,
  find: (path: ResourcePath) => ServedKind | undefined,
  subresources: Subresources | undefined,
): Promise<void> {
  const reading = request.incoming.method === "GET" || request.incoming.method === "HEAD";
  if (reading && discovery(request)) return;
  if (await serveReview(request)) return;
  const path = parseResourcePath(request.url.pathname);
  const served = path && find(path);
  if (path === undefined || served === undefined) throw notFoundPath(request.url.pathname);
  const handler = reading ? streamOf(subresources, served.stored, path) : undefined;
  if (handler !== undefined) return serveSubresource(request, served.stored, path, handler);
  return serveResource(request, served, path);
}

function streamOf(
  subresources: Subresources | undefined,
  kind: AnyKind,
  path: ResourcePath,
): SubresourceHandler | undefined {
  const handlers = subresources?.[keyOfKind(kind)];
  const name = path.subresource;
  return handlers !== undefined && name !== undefined && Object.hasOwn(handlers, name)
    ? handlers[name]
    : undefined;
}

async function serveSubresource(
  request: ApiRequest,
  kind: AnyKind,
  path: ResourcePath,
  handler: SubresourceHandler,
): Promise<void> {
  const target = {
    kind,
    namespace: path.namespace,
    name: path.name ?? "",
    subresource: path.subresource ?? "",
  };
  const found = await request.api.get(request.caller, target);
  return handler(request, JSON.parse(found.json) as AnyResource);
}
