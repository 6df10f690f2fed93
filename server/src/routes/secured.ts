import type { IncomingMessage, ServerResponse } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import {
  type AccessRequest,
  ApiError,
  type Authorizer,
  type Language,
  type Principal,
  words,
} from "@yunhe/kernel";
import {
  type Authenticate,
  credentialsOf,
  type HttpApp,
  languageOf,
  sendError,
  unauthorized,
} from "../http/index.ts";

/** What stands before every route that is not a verb over a kind. */
export interface Door {
  readonly authenticate: Authenticate;
  readonly authorizer: Authorizer;
}

export interface Visit {
  readonly principal: Principal;
  readonly language: Language;
  readonly url: URL;
  readonly parameters: Readonly<Record<string, string>>;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

export type Ask = (visit: Visit) => Omit<AccessRequest, "principal">;

/** Adds a route that answers only to those who are signed in and may do what `ask` says; no `ask`: anyone signed in. */
export function secured(
  app: HttpApp,
  door: Door,
  method: "GET" | "PUT" | "POST",
  path: string,
  ask: Ask | undefined,
  answer: (visit: Visit) => Promise<void>,
): void {
  app.on(method, path, async (context) => {
    const { incoming, outgoing } = context.env;
    const language = languageOf(incoming);
    try {
      const principal = await door.authenticate(credentialsOf(incoming));
      if (!principal) throw unauthorized();
      const url = new URL(incoming.url ?? "/", "http://localhost");
      const visit: Visit = { principal, language, url, parameters: context.req.param(), incoming, outgoing };
      if (ask) permit(door.authorizer, { principal, ...ask(visit) });
      await answer(visit);
    } catch (error) {
      if (outgoing.headersSent) outgoing.destroy();
      else sendError(outgoing, error, language);
    }
    return RESPONSE_ALREADY_SENT;
  });
}

export function permit(authorizer: Authorizer, request: AccessRequest): void {
  const decision = authorizer.decide(request);
  if (decision.allowed) return;
  const { principal, verb, kind } = request;
  throw new ApiError(
    "Forbidden",
    words(
      `${principal.id} may not ${verb} ${kind}: ${decision.why.en}`,
      `${principal.id} 无权对 ${kind} 执行 ${verb}：${decision.why.zh}`,
    ),
    { kind },
  );
}
