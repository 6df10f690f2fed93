import type { Transport } from "./transport.ts";

export interface LogOptions {
  readonly follow?: boolean;
  /** A number of attempt; default: the newest. */
  readonly attempt?: number;
  readonly fromByte?: number;
  readonly tailLines?: number;
  readonly signal?: AbortSignal | undefined;
}

const tasks = (project: string): string =>
  `/apis/compute.yunhe.dev/v1/namespaces/${encodeURIComponent(project)}/tasks`;
const blobs = (project: string): string => `/yunhe/v1/projects/${encodeURIComponent(project)}/blobs`;

/** Logs, inputs and outputs of tasks: bytes, not objects. */
export class TaskFiles {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The log as a stream of bytes; with `follow` until the task is over. */
  async log(project: string, task: string, options: LogOptions = {}): Promise<ReadableStream<Uint8Array>> {
    const path = this.logPath(project, task, options);
    const response = await this.#transport.request(path, { accept: "text/plain", signal: options.signal });
    return response.body ?? new ReadableStream({ start: (controller) => controller.close() });
  }

  /** Where the log can be fetched from; a browser's link. */
  logPath(project: string, task: string, options: LogOptions = {}): string {
    const search = new URLSearchParams();
    if (options.follow) search.set("follow", "true");
    if (options.attempt !== undefined) search.set("attempt", String(options.attempt));
    if (options.fromByte !== undefined) search.set("fromByte", String(options.fromByte));
    if (options.tailLines !== undefined) search.set("tailLines", String(options.tailLines));
    return `${tasks(project)}/${encodeURIComponent(task)}/log?${search}`;
  }

  /** Where uploaded or kept content can be fetched from; a browser's link. */
  blobPath(project: string, sha256: string): string {
    return `${blobs(project)}/${sha256}`;
  }

  /** Uploads a file under its digest; the server checks it. */
  async upload(project: string, sha256: string, content: BodyInit): Promise<void> {
    await this.#transport.request(`${blobs(project)}/${sha256}`, {
      method: "PUT",
      body: content,
      contentType: "application/octet-stream",
    });
  }

  /** True when the project has the content already. */
  async has(project: string, sha256: string): Promise<boolean> {
    const found = await this.#transport.json<{ found: boolean }>(`${blobs(project)}/${sha256}/stat`);
    return found.found;
  }

  async download(project: string, sha256: string): Promise<ReadableStream<Uint8Array>> {
    const response = await this.#transport.request(`${blobs(project)}/${sha256}`, {
      accept: "application/octet-stream",
    });
    return response.body ?? new ReadableStream({ start: (controller) => controller.close() });
  }
}
