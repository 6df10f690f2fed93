import type { Transport } from "./transport.ts";

/** What ran on this control plane, as a trace for `simulate` of `@yunhe/scheduler`. */
export interface History {
  /** A fleet file: pools, nodes, queues, models. */
  readonly fleet: {
    readonly pools: readonly { readonly id: string }[];
    readonly nodes: readonly { readonly id: string }[];
    readonly queues: readonly { readonly name: string }[];
  };
  /** Task requests with `project` and `durationMs`. */
  readonly tasks: readonly {
    readonly id: string;
    readonly submittedAtMs: number;
    readonly durationMs: number;
  }[];
}

/** The tasks of one project, or of all that the caller may list. */
export const readHistory = (
  transport: Transport,
  project: string | undefined,
  signal?: AbortSignal,
): Promise<History> =>
  transport.json(`/yunhe/v1/history${project === undefined ? "" : `?${new URLSearchParams({ project })}`}`, {
    signal,
  });
