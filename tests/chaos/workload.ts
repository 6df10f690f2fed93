/** A stream of small tasks, as several people would send them, and what must become of each. */
import { setTimeout as sleep } from "node:timers/promises";
import { RequestFailed } from "@yunhe/client";
import { submit, tasksOf } from "../objects.ts";
import type { Yunhe } from "../yunhe.ts";
import type { Chance } from "./chance.ts";
import { script } from "./evidence.ts";
import { volumes, type World } from "./world.ts";

const sorts = {
  succeeds: 30,
  fails: 8,
  "fails-once": 8,
  "keeps-a-file": 8,
  "writes-a-volume": 8,
  "is-cancelled": 10,
  "is-sent-again": 5,
  array: 6,
  "succeeds-here": 6,
  "is-cancelled-here": 3,
} as const;
export type Sort = keyof typeof sorts;

export interface Sent {
  readonly name: string;
  readonly sort: Sort;
  readonly volume?: string;
  readonly count?: number;
  /** Undefined: its cancellation was not acknowledged yet. */
  cancelledAtMs?: number;
}

export class Workload {
  readonly sent: Sent[] = [];
  readonly #world: World;
  readonly #chance: Chance;
  readonly #acting = new Set<Promise<void>>();

  constructor(world: World, chance: Chance) {
    this.#world = world;
    this.#chance = chance;
  }

  /** Sends tasks for so long; resolves when all of them, and all that was done to them, is acknowledged. */
  async stream(forMs: number): Promise<void> {
    const until = Date.now() + forMs;
    for (let number = 0; Date.now() < until; number++) {
      await sleep(this.#chance.between(100, 1300));
      await this.#send(`t${number}`, this.#chance.pick(sorts));
    }
    await Promise.all(this.#acting);
  }

  async #send(name: string, sort: Sort): Promise<void> {
    const { yunhe, evidence } = this.#world;
    const chance = this.#chance.fork(name);
    const here = sort.endsWith("-here");
    const volume = sort === "writes-a-volume" ? volumes[chance.whole(0, volumes.length - 1)]! : undefined;
    const count = sort === "array" ? chance.whole(2, 6) : undefined;
    const mounts = here ? [{ name: "tally", mountPath: "tally" }] : [{ name: volume, mountPath: "data" }];
    await insist(yunhe, () =>
      submit(yunhe.client, name, {
        command: ["sh", "-c", script, "task", ...argumentsOf(sort, chance)],
        env: { EVIDENCE: here ? "tally" : evidence[0].path },
        resources: { cpus: here ? 0.1 : 1, memory: "64Mi" },
        placement: { pools: [here ? "local" : "hpc"] },
        outputs: sort === "keeps-a-file" ? ["result"] : [],
        volumes: here || volume !== undefined ? mounts : [],
        retries: { limit: sort === "fails-once" ? 1 : 0, backoff: "500ms" },
        ...(count === undefined ? {} : { array: { count } }),
      }),
    );
    const sent: Sent = {
      name,
      sort,
      ...(volume === undefined ? {} : { volume }),
      ...(count === undefined ? {} : { count }),
    };
    this.sent.push(sent);
    if (sort.startsWith("is-")) this.#later(chance.between(0, 9000), sent);
  }

  #later(afterMs: number, sent: Sent): void {
    const acting = (async (): Promise<void> => {
      await sleep(afterMs);
      const { yunhe } = this.#world;
      const action = sent.sort === "is-sent-again" ? "retry" : "cancel";
      await insist(yunhe, () => tasksOf(yunhe.client).act("default", sent.name, action));
      if (action === "cancel") sent.cancelledAtMs = Date.now();
    })();
    this.#acting.add(acting);
  }
}

function argumentsOf(sort: Sort, chance: Chance): string[] {
  const halves = String(chance.whole(0, 12));
  switch (sort) {
    case "fails":
      return [halves, "3"];
    case "fails-once":
      return [halves, "9", "once"];
    case "keeps-a-file":
      return [halves, "0", "keep"];
    case "is-cancelled":
    case "is-cancelled-here":
      return ["1200", "0"];
    case "array":
      return [halves, "index"];
    case "succeeds":
    case "succeeds-here":
    case "is-sent-again":
    case "writes-a-volume":
      return [halves, "0"];
  }
}

/**
 * Asks until there is an answer, as a person would while the server is being restarted. What a request came to whose
 * answer was lost is told by the next one: a task that is there already is the one that was sent.
 */
async function insist(yunhe: Yunhe, ask: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (error instanceof RequestFailed && error.code < 500) {
        // Nothing runs that could be sent again; or the task is there already.
        if (error.code === 409) return;
        throw new Error(`${yunhe.address} refused: ${error.message}`, { cause: error });
      }
      await sleep(100);
    }
  }
}
