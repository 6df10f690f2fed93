/** What strikes while tasks run: drawn from the seed, one thing after the other, several at a time. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Chance } from "./chance.ts";
import { fairWeather } from "./commands.ts";
import type { LineState } from "./line.ts";
import { nodes, type World } from "./world.ts";

const strikes = {
  "control-plane-killed": 3,
  "slurmctld-killed": 3,
  "slurmd-killed": 2,
  "node-power-cut": 2,
  "connections-cut": 3,
  "line-late": 2,
  "line-deaf": 2,
  "line-hole": 1,
  "line-refused": 1,
  "answers-lost": 4,
} as const;
export type Strike = keyof typeof strikes;

/** A daemon that was started and has not answered for a minute is on a busy host: what comes of it is seen in the end. */
const slow = (): void => undefined;

export interface Struck {
  readonly what: Strike;
  readonly atMs: number;
  readonly forMs: number;
}

export class Weather {
  readonly struck: Struck[] = [];
  readonly #world: World;
  readonly #chance: Chance;
  readonly #busy = new Set<string>();
  readonly #recovering = new Set<Promise<void>>();
  readonly #fair = new AbortController();

  constructor(world: World, chance: Chance) {
    this.#world = world;
    this.#chance = chance;
  }

  /** Until `forMs` are over; then everything is put right. */
  async rage(forMs: number): Promise<void> {
    const until = Date.now() + forMs;
    while (Date.now() < until) {
      await sleep(this.#chance.between(500, 5000));
      this.#strike(this.#chance.pick(strikes));
    }
    this.#fair.abort();
    await Promise.all(this.#recovering);
    await this.#reopen();
  }

  /**
   * A controller that forgot a start gives the job out again, and closes the node that will not have it twice. With all
   * of them closed their administrator must come; while one is open, what waits for another is Yunhe's to move.
   */
  async #reopen(): Promise<void> {
    const { cluster } = this.#world;
    const states = (await cluster.run("sinfo", "-h", "-N", "-p", "main", "-o", "%t")).trim().split("\n");
    if (states.every((state) => state.startsWith("dr")))
      await cluster.run("scontrol", "update", `nodename=${nodes.join()}`, "state=resume");
  }

  #strike(what: Strike): void {
    const { yunhe, cluster, line } = this.#world;
    const chance = this.#chance;
    // Drawn whether they are used or not, so that what is busy changes nothing that follows.
    const [short, long] = [chance.between(0, 8000), chance.between(500, 45_000)];
    const node = nodes[chance.whole(0, nodes.length - 1)]!;
    const lateMs = chance.between(100, 3000);
    const lost = { silent: 15, error: 15, late: 30, seconds: Math.ceil(lateMs / 1000) };
    switch (what) {
      case "control-plane-killed":
        return this.#during(
          what,
          "yunhe",
          short,
          () => yunhe.kill(),
          () => yunhe.restart(),
        );
      case "slurmctld-killed":
        return this.#during(
          what,
          "slurmctld",
          short,
          () => cluster.killController(),
          () => cluster.startController().catch(slow),
        );
      case "slurmd-killed":
      case "node-power-cut": {
        const kill = async (): Promise<void> =>
          what === "slurmd-killed" ? cluster.killDaemon(node) : cluster.killNode(node);
        // Its start waits until the controller has seen it: not while that is away.
        const start = async (): Promise<void> => {
          while (this.#busy.has("slurmctld")) await sleep(100);
          await cluster.startNode(node).catch(slow);
        };
        return this.#during(what, node, long, kill, start);
      }
      case "connections-cut":
        return this.#during(
          what,
          "cut",
          0,
          async () => void line.cut(),
          async () => undefined,
        );
      case "answers-lost":
        return this.#during(
          what,
          "commands",
          short * 2,
          async () => this.#world.commands.set(lost),
          async () => this.#world.commands.set(fairWeather),
        );
      case "line-late":
      case "line-deaf":
      case "line-hole":
      case "line-refused":
        return this.#during(
          what,
          "line",
          what === "line-hole" ? long / 2 : short,
          async () => line.set(what.replace("line-", "") as LineState, lateMs),
          async () => line.set("clear"),
        );
    }
  }

  /** One thing is broken in one way at a time. */
  #during(
    what: Strike,
    subject: string,
    forMs: number,
    breaks: () => Promise<void>,
    mends: () => Promise<void>,
  ): void {
    if (this.#busy.has(subject)) return;
    this.#busy.add(subject);
    const whole = (async (): Promise<void> => {
      this.struck.push({ what, atMs: Date.now(), forMs });
      await breaks();
      await sleep(forMs, undefined, { signal: this.#fair.signal }).catch(() => undefined);
      await mends();
      this.#busy.delete(subject);
    })();
    this.#recovering.add(whole);
    void whole.finally(() => this.#recovering.delete(whole)).catch(() => undefined);
  }

  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { what } of this.struck) counts[what] = (counts[what] ?? 0) + 1;
    return counts;
  }
}
