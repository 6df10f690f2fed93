import type { Client, KindAddress } from "@yunhe/client";
import { words } from "@yunhe/client";
import type { TraceSimulation } from "@yunhe/scheduler";
import type { Context } from "../command/context.ts";
import { CommandError, exitCodes } from "../command/errors.ts";
import { tasks } from "../task/kind.ts";

const cluster = (plural: string): KindAddress => ({
  group: "compute.yunhe.dev",
  version: "v1",
  plural,
  namespaced: false,
});

/** What this server's pools have, and the tasks that ended here with the time that each ran, as a trace. */
export async function historySources(
  context: Context,
): Promise<Pick<TraceSimulation, "fleetJson" | "tasks" | "models">> {
  const client = await context.client();
  const { historyTrace } = await import("@yunhe/domain-compute");
  const [pools, nodes, all] = await Promise.all([
    everything(client, cluster("pools")),
    everything(client, cluster("nodes")),
    everything(client, tasks, context.allProjects ? undefined : context.project),
  ]);
  const trace = historyTrace(pools as never, nodes as never, all as never);
  if (trace.tasks.length === 0) {
    throw new CommandError(
      exitCodes.failed,
      words("There is no history yet: no task has run and ended.", "尚无历史：没有运行结束的任务。"),
    );
  }
  const lines = trace.tasks.map((task) => JSON.stringify(task)).join("\n");
  return {
    fleetJson: { file: "the pools and nodes of the server", text: JSON.stringify(trace.fleet) },
    tasks: { file: "the tasks of the server", text: lines },
    models: trace.models,
  };
}

async function everything(client: Client, kind: KindAddress, namespace?: string): Promise<unknown[]> {
  const items: unknown[] = [];
  let continueToken: string | undefined;
  do {
    const page = await client.resources(kind).list({
      limit: 500,
      ...(namespace === undefined ? {} : { namespace }),
      ...(continueToken === undefined ? {} : { continueToken }),
    });
    items.push(...page.items);
    continueToken = page.metadata.continue === "" ? undefined : page.metadata.continue;
  } while (continueToken !== undefined);
  return items;
}
