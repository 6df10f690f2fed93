import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { HttpBindings } from "@hono/node-server";
import { type AnyResource, type Api, ApiError, type Principal, words } from "@yunhe/kernel";
import type { Hono } from "hono";
import type { ApiRequest } from "./context.ts";
import type { Certificate } from "./doorway.ts";
import type { ProductVersion } from "./discovery-routes.ts";

export type HttpApp = Hono<{ Bindings: HttpBindings }>;

/** What a sign-in may look at. */
export interface Credentials {
  readonly headers: IncomingHttpHeaders;
  readonly method: string;
  readonly url: string;
  readonly remoteAddress: string;
}

/** Who sends a request; undefined: nobody known. Asked on every request, and every few seconds for open watches. */
export type Authenticate = (
  credentials: Credentials,
) => Principal | undefined | Promise<Principal | undefined>;

export interface HttpServerOptions {
  readonly api: Api;
  readonly authenticate: Authenticate;
  readonly version: ProductVersion;
  /** More routes (health, console, sign-in, metrics): each adds its own, and asks for credentials itself if it needs them. */
  readonly routes?: readonly ((app: HttpApp) => void)[];
  /** Reading subresources that stream (logs), by kind and name. */
  readonly subresources?: Subresources;
  /** Serves HTTPS beside HTTP on the same port. */
  readonly certificate?: Certificate;
  /** Told of what is our own mistake, with the request's id. */
  readonly onError?: (error: unknown, requestId: string) => void;
}

/**
 * Answers `GET …/NAME/SUBRESOURCE` (also upgraded or streamed) itself. Permission was asked: verb `get` with the
 * subresource's name. What it throws before the head is sent becomes the answer.
 */
export type SubresourceHandler = (request: ApiRequest, object: AnyResource) => Promise<void>;

export type Subresources = Readonly<Record<string, Readonly<Record<string, SubresourceHandler>>>>;

export const unauthorized = (): ApiError =>
  new ApiError(
    "Unauthorized",
    words(
      "Unauthorized: send a valid API token as `Authorization: Bearer TOKEN`",
      "未登录：请用 `Authorization: Bearer TOKEN` 提供有效的 API 令牌",
    ),
  );

export const credentialsOf = (incoming: IncomingMessage): Credentials => ({
  headers: incoming.headers,
  method: incoming.method ?? "GET",
  url: incoming.url ?? "/",
  remoteAddress: incoming.socket.remoteAddress ?? "",
});
