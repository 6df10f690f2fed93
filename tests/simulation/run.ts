import { verifyAudit } from "@yunhe/kernel";
import type { Task } from "@yunhe/domain-compute";
import { Violation } from "./checks/violation.ts";
import { type FaultId, faultIds } from "./faults.ts";
import { withoutTheRealWorld } from "./poison.ts";
import { Operator } from "./users/operator.ts";
import { counterAnnotation } from "./users/user.ts";
import { eachTurn } from "./world/turns.ts";
import { World, type WorldOptions } from "./world/world.ts";

export interface SeedReport {
  readonly seed: number;
  readonly ok: boolean;
  readonly invariant: string | undefined;
  /** What did not hold, when, and how to see it again. */
  readonly message: string | undefined;
  readonly digest: string;
  readonly steps: number;
  readonly virtualMs: number;
  readonly faults: readonly FaultId[];
  readonly struck: Readonly<Partial<Record<FaultId, number>>>;
  readonly trace: readonly string[];
}

const safetyMs = 60_000;
/** After the last fault everything must have come to rest within this time of the world. */
const livenessMs = 420_000;
/** Whether all is at rest is asked this often: to look takes as long as some steps. */
const stepsPerLook = 8;
const defaultActions = 12;

/** Runs one seed: a phase with faults, then one without in which everything must come to rest. */
export async function runSeed(options: WorldOptions): Promise<SeedReport> {
  return withoutTheRealWorld(async (onStray) => {
    const world = new World(options);
    onStray((error) => world.fail(error));
    const run = new Run(world, options);
    await run.run();
    return run.report();
  });
}

class Run {
  readonly #world: World;
  readonly #options: WorldOptions;
  #steps = 0;

  constructor(world: World, options: WorldOptions) {
    this.#world = world;
    this.#options = options;
  }

  async run(): Promise<void> {
    const world = this.#world;
    try {
      await world.start();
      world.watching.start();
      world.startChaos();
      this.#scheduleUsers();
      const endMs = world.time.nowMs + safetyMs;
      await this.#until(endMs, () => false);
      if (world.failure !== undefined) return;
      world.heal();
      const limitMs = world.time.nowMs + livenessMs;
      await this.#until(limitMs, () => this.#steps % stepsPerLook === 0 && restless(world) === undefined);
      if (world.failure !== undefined) return;
      const what = restless(world);
      if (what !== undefined)
        throw new Violation(what.invariant, `${what.message}, ${livenessMs / 1000} s after the last fault`);
      await this.#until(world.time.nowMs + 3000, () => false);
      await this.#checkEnd();
    } catch (error) {
      world.fail(error);
    }
  }

  #scheduleUsers(): void {
    const { time, chance, users, operator, isSingle } = this.#world;
    const revokes = isSingle && chance.fork("revokes").is(0.5);
    const when = chance.fork("users");
    const actions = this.#options.actions ?? defaultActions;
    for (let index = 0; index < actions; index += 1) {
      const own = when.fork(`action-${index}`);
      const user = users[index % users.length]!;
      const atMs = own.between(0, safetyMs * 0.9);
      time.after(atMs, () => user.act(own));
      if (!revokes || index % 3 > 0) continue;
      const cut = own.fork("cut");
      time.after(atMs + Operator.momentMs(cut), () => void operator.set(user.name, false));
      time.after(atMs + 1500, () => void operator.set(user.name, true));
    }
  }

  #until(endMs: number, isDone: () => boolean): Promise<void> {
    const world = this.#world;
    let isFirst = true;
    return eachTurn(() => {
      if (world.failure !== undefined || (!isFirst && isDone())) return "done";
      isFirst = false;
      if (!world.time.step(endMs)) return "done";
      this.#steps += 1;
      return "again";
    });
  }

  async #checkEnd(): Promise<void> {
    const { log, users, watching, disk } = this.#world;
    watching.check();
    const requests = new Map<string, string>();
    for (const [uid, task] of log.tasks) {
      const request = task.metadata.labels?.["simulation/request"];
      if (request === undefined || task.metadata.ownerReferences !== undefined) continue;
      if (requests.has(request)) throw new Violation("C2", `request ${request} made two tasks`);
      requests.set(request, uid);
    }
    for (const user of users) {
      for (const uid of user.created)
        if (!log.tasks.has(uid) && !log.deletionsAsked.has(uid))
          throw new Violation("T1", `task ${uid}, accepted for ${user.name}, is not there`);
      for (const uid of user.cancelled) checkCancelled(log.tasks.get(uid));
    }
    checkCounters(this.#world);
    const audit = { audit: disk.durable.audit.bind(disk.durable), version: async () => undefined };
    const verdict = await verifyAudit(audit);
    if (!verdict.ok) throw new Violation("S4", `the audit chain is broken at entry ${verdict.firstBroken}`);
  }

  report(): SeedReport {
    const { failure, trace, time, faults } = this.#world;
    const { seed } = this.#options;
    const on = faultIds.filter((id) => faults.rates.has(id));
    const replay = replayCommand(this.#options, on);
    return {
      seed,
      ok: failure === undefined,
      invariant: failure?.invariant,
      message:
        failure &&
        `${failure.message}\n  at ${(time.nowMs / 1000).toFixed(3)} s, step ${this.#steps}; ${replay}`,
      digest: trace.digest(),
      steps: this.#steps,
      virtualMs: time.nowMs,
      faults: on,
      struck: Object.fromEntries(faults.struck),
      trace: trace.kept,
    };
  }
}

const replayCommand = ({ seed, actions }: WorldOptions, faults: readonly FaultId[]): string =>
  `replay: npm run simulate -- --seed ${seed} --faults ${faults.join(",") || "none"}${actions === undefined ? "" : ` --actions ${actions}`} --trace`;

const isOver = ({ status }: Task): boolean =>
  status?.phase === "Succeeded" || status?.phase === "Failed" || status?.phase === "Cancelled";

/** What is not at rest, with the promise that it would break by staying so. */
export function restless(world: World): { invariant: string; message: string } | undefined {
  const { log, engines, users, replicas } = world;
  // One that is being stopped still has its process and serves nobody: who watched through it has yet to find another.
  for (const { name, process, api } of replicas)
    if (process === undefined || process.paused || api === undefined)
      return { invariant: "T1", message: `control plane ${name} is not up` };
  for (const user of users)
    if (user.busy > 0) return { invariant: "T1", message: `${user.name} has no answer yet` };
  for (const task of log.tasks.values()) {
    const { name, deletionTimestamp } = task.metadata;
    if (deletionTimestamp !== undefined)
      return { invariant: "C7", message: `task ${name} is still being deleted` };
    if (isOver(task) || waitsForNobody(world, task)) continue;
    return {
      invariant: "T1",
      message: `task ${name} is ${task.status?.phase ?? "new"} (${task.status?.reason ?? ""})`,
    };
  }
  for (const store of world.stores)
    if (store.revision() < world.disk.position.revision)
      return { invariant: "C3", message: `a replica has seen ${store.revision()} only` };
  for (const attempt of log.attempts.values())
    if (attempt.metadata.deletionTimestamp !== undefined)
      return { invariant: "C7", message: `attempt ${attempt.metadata.name} is still being deleted` };
  for (const engine of engines) {
    const job = engine.live()[0];
    if (job !== undefined)
      return { invariant: "E1", message: `job ${job.title} (${job.id}) still runs on ${engine.name}` };
  }
  return undefined;
}

/** It waits for a task that was deleted: for ever, and rightly so until its owner cancels it. */
function waitsForNobody(world: World, task: Task, above: readonly Task[] = []): boolean {
  // In a circle, which only goes through arrays, everyone waits for the others.
  if (above.includes(task)) return true;
  const path = [...above, task];
  const others = [...world.log.tasks.values()];
  const isThere = (name: string): boolean =>
    others.some((other) => other.metadata.name === name && !waitsForNobody(world, other, path));
  const members =
    task.spec.array === undefined
      ? []
      : others.filter((other) => other.metadata.ownerReferences?.[0]?.uid === task.metadata.uid);
  if (
    members.length > 0 &&
    members.every((member) => isOver(member) || waitsForNobody(world, member, path)) &&
    !members.every(isOver)
  )
    return true;
  // Whoever has waited and was let go runs to an end, whatever becomes of the others afterwards.
  if (task.status?.reason !== "WaitingForTasks") return false;
  return (
    task.spec.after.some((name) => name !== task.metadata.name && !isThere(name)) ||
    task.spec.after.includes(task.metadata.name)
  );
}

function checkCancelled(task: Task | undefined): void {
  if (task === undefined || task.spec.cancelled || isOver(task)) return;
  throw new Violation("C8", `the acknowledged cancel of task ${task.metadata.name} is lost`);
}

function checkCounters({ log, users }: World): void {
  const sums = new Map<string, { sure: number; maybe: number }>();
  for (const [uid, { sure, maybe }] of users.flatMap((user) => [...user.counted])) {
    const sum = sums.get(uid) ?? { sure: 0, maybe: 0 };
    sums.set(uid, { sure: sum.sure + sure, maybe: sum.maybe + maybe });
  }
  for (const [uid, { sure, maybe }] of sums) {
    const task = log.tasks.get(uid);
    if (task === undefined) continue;
    const value = Number(task.metadata.annotations?.[counterAnnotation] ?? "0");
    if (value < sure || value > sure + maybe)
      throw new Violation(
        "C6",
        `${sure} additions (and ${maybe} without answer) to ${task.metadata.name} gave ${value}`,
      );
  }
}
