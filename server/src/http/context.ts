import type { IncomingMessage, ServerResponse } from "node:http";
import type { Api, ApiError, Caller, Language } from "@yunhe/kernel";
import { parseJsonBody, parseYamlBody } from "./parse-body.ts";
import { parseProtobufBody, protobufType } from "./protobuf.ts";
import { readBody } from "./read-body.ts";

/** One authenticated request of the API, as its handlers see it. */
export interface ApiRequest {
  readonly api: Api;
  readonly caller: Caller;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly url: URL;
  readonly language: Language;
  /** What to tell a watcher whose sign-in has ended meanwhile. */
  readonly stillSignedIn: () => Promise<ApiError | undefined>;
}

export const mediaTypeOf = (request: IncomingMessage): string =>
  (request.headers["content-type"] ?? "").split(";", 1)[0]!.trim().toLowerCase();

/** The parsed body, in JSON, YAML or (of a few built-in types) protobuf; undefined when empty. */
export async function bodyOf({ incoming }: Pick<ApiRequest, "incoming">): Promise<unknown> {
  const bytes = await readBody(incoming);
  const type = mediaTypeOf(incoming);
  if (type === protobufType) return parseProtobufBody(bytes);
  return type.endsWith("yaml") ? parseYamlBody(bytes) : parseJsonBody(bytes);
}
