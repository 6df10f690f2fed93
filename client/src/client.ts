import { discover, type KindDescription } from "./discovery.ts";
import { type KindAddress, Resources } from "./resources.ts";
import { TaskFiles } from "./task-files.ts";
import { Transport, type TransportOptions } from "./transport.ts";

/** The Yunhe API for programs: `const yunhe = connect({ server, token })`. */
export interface Client {
  readonly transport: Transport;
  /** What task logs, inputs and outputs need beyond the verbs. */
  readonly files: TaskFiles;
  /** The verbs over one kind. */
  resources<Item>(kind: KindAddress): Resources<Item>;
  /** Every kind the server has, from its discovery and OpenAPI documents. */
  kinds(): Promise<readonly KindDescription[]>;
}

export function connect(options: TransportOptions): Client {
  const transport = new Transport(options);
  return {
    transport,
    files: new TaskFiles(transport),
    resources: (kind) => new Resources(transport, kind),
    kinds: () => discover(transport),
  };
}
