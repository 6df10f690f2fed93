import { createReadStream, existsSync, statSync } from "node:fs";
import { extname, join, normalize } from "node:path";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { ServerResponse } from "node:http";
import type { HttpApp } from "../http/index.ts";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".woff2": "font/woff2",
  ".png": "image/png",
  ".ico": "image/x-icon",
};

/** Scripts and styles come from here alone; styles may stand in the page, since charts and forms set them there. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; " +
  "connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/** The built console: its files, and its page for every address that the console itself understands. */
export function consoleRoutes(directory: string | undefined): (app: HttpApp) => void {
  return (app) => {
    if (directory === undefined || !existsSync(join(directory, "index.html"))) return;
    app.get("*", async (context, next) => {
      const { pathname } = new URL(context.req.url);
      const file = fileAt(directory, pathname);
      const { incoming, outgoing } = context.env;
      const takesGzip = /\bgzip\b/.test(incoming.headers["accept-encoding"] ?? "");
      if (file !== undefined) send(outgoing, file, pathname.startsWith("/assets/"), takesGzip);
      else if (wantsPage(pathname)) send(outgoing, join(directory, "index.html"), false, takesGzip);
      else return next();
      return RESPONSE_ALREADY_SENT;
    });
  };
}

/** Undefined for folders, for what is not there and for what would lie outside. */
function fileAt(directory: string, pathname: string): string | undefined {
  const path = join(directory, normalize(decodeURIComponent(pathname)));
  if (!path.startsWith(directory) || !existsSync(path) || !statSync(path).isFile()) return undefined;
  return path;
}

/** Names of kinds and objects have dots: an ending says nothing about what is asked for. */
const wantsPage = (pathname: string): boolean =>
  !/^\/(api|apis|assets|openapi|yunhe|healthz|livez|readyz|version)(\/|$)/.test(pathname);

function send(response: ServerResponse, file: string, immutable: boolean, takesGzip: boolean): void {
  // The build lays a compressed file beside each script and style sheet.
  const isCompressed = takesGzip && existsSync(`${file}.gz`);
  const sent = isCompressed ? `${file}.gz` : file;
  response.writeHead(200, {
    "Content-Type": types[extname(file)] ?? "application/octet-stream",
    "Content-Length": statSync(sent).size,
    Vary: "Accept-Encoding",
    ...(isCompressed ? { "Content-Encoding": "gzip" } : {}),
    "Cache-Control": immutable ? "public, max-age=31536000, immutable" : "no-cache",
    "Content-Security-Policy": policy,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
  });
  createReadStream(sent).pipe(response);
}
