import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type HttpApp, sendJson } from "../http/index.ts";

/**
 * `/healthz` and `/livez`: the process answers. `/readyz`: the store is open and the API serves all of it. The loops of a
 * leader may still be looking through what there is.
 */
export function healthRoutes(isReady: () => boolean): (app: HttpApp) => void {
  return (app) => {
    for (const path of ["/healthz", "/livez"]) {
      app.get(path, (context) => {
        sendJson(context.env.outgoing, 200, { status: "ok" });
        return RESPONSE_ALREADY_SENT;
      });
    }
    app.get("/readyz", (context) => {
      const ready = isReady();
      sendJson(context.env.outgoing, ready ? 200 : 503, { status: ready ? "ok" : "starting" });
      return RESPONSE_ALREADY_SENT;
    });
  };
}
