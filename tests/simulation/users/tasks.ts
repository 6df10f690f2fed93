import type { Chance } from "../world/chance.ts";

/** A task that some node of the world can run; nothing asked for here is impossible. */
export function taskBody(
  chance: Chance,
  named: { readonly name?: string; readonly request: string; readonly others: readonly string[] },
): Record<string, unknown> {
  const accelerators = chance.is(0.45) ? acceleratorsOf(chance) : undefined;
  return {
    apiVersion: "compute.yunhe.dev/v1",
    kind: "Task",
    metadata: {
      ...(named.name === undefined ? { generateName: "job-" } : { name: named.name }),
      labels: { "simulation/request": named.request },
    },
    spec: {
      command: ["work"],
      resources: {
        cpus: chance.pick([0.5, 1, 2, 4]),
        memory: chance.pick(["256Mi", "1Gi", "4Gi"]),
        ...(accelerators === undefined ? {} : { accelerators }),
      },
      queue: chance.pick(["fast", "bounded"]),
      priority: chance.pick([0, 0, 5]),
      retries: { limit: chance.int(0, 3), backoff: chance.pick(["500ms", "2s"]), maxBackoff: "8s" },
      ...(chance.is(0.2) ? { timeout: chance.pick(["4s", "12s"]) } : {}),
      ...(chance.is(0.15) && named.others.length > 0 ? { after: [chance.pick(named.others)] } : {}),
      ...(chance.is(0.12) ? { array: { count: chance.int(2, 4), parallelism: 2 } } : {}),
    },
  };
}

function acceleratorsOf(chance: Chance): Record<string, unknown> {
  return chance.is(0.4) ? { shareMilli: chance.pick([250, 400, 500]) } : { count: chance.pick([1, 1, 2]) };
}
