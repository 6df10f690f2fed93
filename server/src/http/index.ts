export type { Certificate } from "./doorway.ts";
export { type ApiRequest, bodyOf } from "./context.ts";
export { languageOf } from "./accept.ts";
export {
  type Authenticate,
  type Credentials,
  credentialsOf,
  type HttpApp,
  type HttpServerOptions,
  type SubresourceHandler,
  type Subresources,
  unauthorized,
} from "./options.ts";
export { parseJsonBody, parseYamlBody } from "./parse-body.ts";
export { bodyLimitBytes, readBody } from "./read-body.ts";
export { apiHeaders, sendError, sendJson, statusOf } from "./respond.ts";
export { createHttpServer, type HttpServer } from "./server.ts";
