import type { Task } from "@yunhe/domain-compute";
import type { Chance } from "../world/chance.ts";

/** A program that ends only when somebody ends it. */
export const endlessProgram = "serve";
export const isEndless = ({ spec }: Task): boolean => spec.command[0] === endlessProgram;

/** A task that some node of the world can run; nothing asked for here is impossible. */
export function taskBody(
  chance: Chance,
  named: {
    readonly name?: string;
    readonly request: string;
    readonly others: readonly string[];
    /** Where the pools stand. */
    readonly jurisdictions: readonly string[];
  },
): Record<string, unknown> {
  const form = chance.fork(named.request);
  const isGang = form.is(0.08);
  const isEndlessOne = !isGang && form.is(0.1);
  const accelerators = chance.is(0.45) ? acceleratorsOf(chance, isGang) : undefined;
  const queue = chance.pick(["fast", "bounded"]);
  return {
    apiVersion: "compute.yunhe.dev/v1",
    kind: "Task",
    metadata: {
      ...(named.name === undefined ? { generateName: "job-" } : { name: named.name }),
      labels: { "simulation/request": named.request },
    },
    spec: {
      command: [isEndlessOne ? endlessProgram : "work"],
      resources: {
        cpus: chance.pick(isGang ? [0.5, 1] : [0.5, 1, 2, 4]),
        memory: chance.pick(["256Mi", "1Gi", "4Gi"]),
        ...(accelerators === undefined ? {} : { accelerators }),
      },
      queue,
      ...(form.is(0.15) ? { placement: { jurisdictions: [form.pick(named.jurisdictions)] } } : {}),
      priority: chance.pick([0, 0, 5]),
      retries: { limit: chance.int(0, 3), backoff: chance.pick(["500ms", "2s"]), maxBackoff: "8s" },
      ...(!isEndlessOne && chance.is(0.2) ? { timeout: chance.pick(["4s", "12s"]) } : {}),
      ...(!isGang && chance.is(0.15) && named.others.length > 0
        ? { after: [chance.pick(named.others)] }
        : {}),
      ...arrayOf(chance, { isGang, isEndlessOne, queue }),
    },
  };
}

function arrayOf(
  chance: Chance,
  { isGang, isEndlessOne, queue }: { isGang: boolean; isEndlessOne: boolean; queue: string },
): Record<string, unknown> {
  // Never more than the bounded queue may hold at once.
  if (isGang) return { gang: {}, array: { count: queue === "bounded" ? 2 : chance.int(2, 3) } };
  return !isEndlessOne && chance.is(0.12) ? { array: { count: chance.int(2, 4), parallelism: 2 } } : {};
}

function acceleratorsOf(chance: Chance, isGang: boolean): Record<string, unknown> {
  return isGang || chance.is(0.4)
    ? { shareMilli: chance.pick([250, 400, 500]) }
    : { count: chance.pick([1, 1, 2]) };
}
