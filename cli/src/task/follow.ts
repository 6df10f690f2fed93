import { RequestFailed, type Client } from "@yunhe/client";
import { isOver, type Task, tasks } from "./kind.ts";

/** Every version of one task from now on, until it is over; survives watches that end or are too old. */
export async function* follow(
  client: Client,
  project: string,
  name: string,
  signal?: AbortSignal,
): AsyncGenerator<Task> {
  const resources = client.resources<Task>(tasks);
  for (;;) {
    const task = await resources.get(project, name, signal);
    yield task;
    if (isOver(task)) return;
    try {
      const from = task.metadata.resourceVersion;
      const watch = resources.watch({
        namespace: project,
        fieldSelector: `metadata.name=${name}`,
        resourceVersion: from,
        signal,
      });
      for await (const event of watch) {
        if (event.type === "BOOKMARK") continue;
        yield event.object;
        if (event.type === "DELETED" || isOver(event.object)) return;
      }
    } catch (error) {
      if (!(error instanceof RequestFailed) || error.code !== 410) throw error;
    }
  }
}
