import { RequestFailed, ServerUnreachable, type StatusBody } from "./errors.ts";

export interface TransportOptions {
  /** `http://127.0.0.1:7788`; "" in the console, which is served by the server itself. */
  readonly server: string;
  /** Bearer token; undefined in the console, which has a session cookie. */
  readonly token?: string | undefined;
  readonly language?: "en" | "zh" | undefined;
  /** Sent with every request; the console's sign of its own origin. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface RequestOptions {
  readonly method?: string;
  readonly body?: BodyInit | undefined;
  readonly contentType?: string;
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** One way to the server, over `fetch`: works in Node and in browsers. */
export class Transport {
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  get server(): string {
    return this.#options.server;
  }

  async json<Body>(path: string, options: RequestOptions = {}): Promise<Body> {
    const response = await this.request(path, options);
    return (await response.json()) as Body;
  }

  /** Throws {@link RequestFailed} unless the answer is 2xx, {@link ServerUnreachable} when there is none. */
  async request(path: string, options: RequestOptions = {}): Promise<Response> {
    const response = await this.#send(path, options);
    if (response.ok) return response;
    const text = await response.text();
    throw new RequestFailed(response.status, statusOf(text), `${response.status} ${response.statusText}`);
  }

  async #send(
    path: string,
    { method = "GET", body, contentType, accept, headers, signal }: RequestOptions,
  ): Promise<Response> {
    const { server, token, language } = this.#options;
    try {
      return await fetch(`${server}${path}`, {
        method,
        headers: {
          accept: accept ?? "application/json",
          ...(body === undefined ? {} : { "content-type": contentType ?? "application/json" }),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(language === undefined ? {} : { "accept-language": language === "zh" ? "zh-CN" : "en" }),
          ...this.#options.headers,
          ...headers,
        },
        ...(body === undefined ? {} : { body, duplex: "half" }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ServerUnreachable(server, { cause: error });
    }
  }
}

function statusOf(text: string): StatusBody | undefined {
  try {
    const body = JSON.parse(text) as StatusBody;
    return body.kind === "Status" ? body : undefined;
  } catch {
    return undefined;
  }
}
