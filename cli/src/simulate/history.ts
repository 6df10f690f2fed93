import { readHistory, words } from "@yunhe/client";
import type { TraceSimulation } from "@yunhe/scheduler";
import type { Context } from "../command/context.ts";
import { CommandError, exitCodes } from "../command/errors.ts";

/** What this server's pools and queues have, and the tasks that ended here with the time that each ran, as a trace. */
export async function historySources(
  context: Context,
): Promise<Pick<TraceSimulation, "fleetJson" | "tasks">> {
  const client = await context.client();
  const { fleet, tasks } = await readHistory(
    client.transport,
    context.allProjects ? undefined : context.project,
  );
  if (tasks.length === 0) {
    throw new CommandError(
      exitCodes.failed,
      words("There is no history yet: no task has run and ended.", "尚无历史：没有运行结束的任务。"),
    );
  }
  return {
    fleetJson: { file: "the fleet of the server", text: JSON.stringify(fleet, null, 1) },
    tasks: { file: "the tasks of the server", text: tasks.map((task) => JSON.stringify(task)).join("\n") },
  };
}
