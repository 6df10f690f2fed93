export type { Certificate } from "./doorway.ts";
export { languageOf } from "./accept.ts";
export {
  type Authenticate,
  type Credentials,
  credentialsOf,
  type HttpApp,
  type SubresourceHandler,
  unauthorized,
} from "./options.ts";
export { parseJsonBody } from "./parse-body.ts";
export { readBody } from "./read-body.ts";
export { apiHeaders, sendError, sendJson } from "./respond.ts";
export { createHttpServer, type HttpServer } from "./server.ts";
