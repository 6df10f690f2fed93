import type { AttemptId } from "@yunhe/domain-compute/driver";
import type { SlurmJob } from "./access/port.ts";
import type { Engine } from "./engine.ts";
import { byAttempt } from "./queue-view.ts";

/** What accounting says of these attempts; empty where the cluster keeps none. */
export async function historyOf(
  { access, arrays, prefix }: Pick<Engine, "access" | "arrays" | "prefix">,
  ids: readonly AttemptId[],
): Promise<ReadonlyMap<AttemptId, SlurmJob>> {
  const names = ids.flatMap((id) => [id, arrays.placeOf(id)?.array ?? id]).map((name) => prefix + name);
  const jobs = (await access.history([...new Set(names)], AbortSignal.timeout(60_000))) ?? [];
  return byAttempt(jobs, await arrays.attemptsOf(jobs, prefix)).jobs;
}
