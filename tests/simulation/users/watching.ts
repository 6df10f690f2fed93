import { type Api, ApiError, type Revision } from "@yunhe/kernel";
import { taskKind } from "@yunhe/domain-compute";
import type { LogChecks } from "../checks/log.ts";
import { Violation } from "../checks/violation.ts";
import type { Chance } from "../world/chance.ts";
import type { Network } from "../world/network.ts";
import { Process } from "../world/process.ts";
import type { Replica } from "../world/replica.ts";
import type { WorldTime } from "../world/time.ts";
import { project } from "./user.ts";

interface Line {
  readonly type: string;
  readonly revision: Revision;
}

export interface WatchingOptions {
  readonly time: WorldTime;
  readonly chance: Chance;
  readonly network: Network;
  readonly log: LogChecks;
  readonly replicas: readonly Replica[];
}

/** Somebody who follows all tasks through the API, on one replica after the other, and compares with the log (C3). */
export class Watching {
  readonly #options: WatchingOptions;
  readonly #chance: Chance;
  readonly #process: Process;
  readonly #told: Line[] = [];
  #since: Revision = 0;
  #position: Revision = 0;
  #api: Api | undefined;

  constructor(options: WatchingOptions) {
    this.#options = options;
    this.#chance = options.chance.fork("watching");
    this.#process = new Process("watcher", options.time, this.#chance);
  }

  start(): void {
    this.#open();
    const again = (): void => {
      // A connection that died with its server is noticed after a while.
      const isOpen = this.#options.replicas.some(({ api }) => api !== undefined && api === this.#api);
      if (!isOpen) this.#open();
      this.#process.after(2000, again);
    };
    this.#process.after(2000, again);
  }

  #open(): void {
    const ready = this.#options.replicas.filter(({ api }) => api !== undefined);
    if (ready.length === 0) return;
    const replica = this.#chance.pick(ready);
    const { api } = replica;
    if (api === undefined || api.context.store.revision() < this.#position) return;
    this.#api = api;
    const caller = {
      principal: { id: "watcher", type: "User", displayName: "watcher" },
      requestId: "w",
    } as const;
    const own = { open: true };
    const end = (): void => {
      own.open = false;
      if (this.#api === api) this.#api = undefined;
    };
    void api
      .watch(caller, {
        kind: taskKind,
        namespace: project,
        selection: { labels: [], fields: [], text: "" },
        since: this.#position,
        bookmarks: false,
        initialEventsEnd: false,
        encoder: {
          id: "simulation",
          encode: (event) =>
            Buffer.from(`${event.type} ${event.type === "ERROR" ? event.error.reason : event.revision}\n`),
        },
        sink: {
          write: (bytes) => own.open && this.#take(bytes.toString()),
          pendingBytes: () => 0,
          drained: async () => {},
          end,
        },
        stillAllowed: async () => undefined,
      })
      .catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        end();
      });
  }

  #take(text: string): void {
    for (const line of text.split("\n").filter((each) => each !== "")) {
      const [type, value] = line.split(" ") as [string, string];
      if (type === "ERROR") this.#listAgain(value);
      else {
        this.#told.push({ type, revision: Number(value) });
        this.#position = Number(value);
      }
    }
  }

  /** Told that the past is gone: what was missed is known to be missed, and counting starts from the present. */
  #listAgain(reason: string): void {
    if (reason !== "Expired") return;
    this.#told.length = 0;
    this.#position = this.#api?.context.store.revision() ?? this.#position;
    this.#since = this.#position;
  }

  /** When all is quiet: everything since the start was told, once, in order. */
  check(): void {
    const expected = this.#options.log.taskLog.filter(
      ({ revision, namespace }) => namespace === project && revision > this.#since,
    );
    const show = (lines: readonly Line[]): string =>
      lines.map(({ type, revision }) => `${type} ${revision}`).join(",");
    if (show(this.#told) === show(expected)) return;
    const at = expected.findIndex(
      ({ revision, type }, index) =>
        this.#told[index]?.revision !== revision || this.#told[index]?.type !== type,
    );
    throw new Violation(
      "C3",
      `a watch of tasks was told ${this.#told.length} of ${expected.length} changes; wrong at ${expected[at]?.revision}`,
    );
  }
}
