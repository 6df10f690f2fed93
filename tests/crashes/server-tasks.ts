import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Client, RequestFailed } from "@yunhe/client";
import { attemptsOf, isOver, logOf, object, sh, submit, type Task, tasksOf, volumesOf } from "../objects.ts";
import { until } from "../yunhe.ts";
import type { Owed } from "./power-cut.ts";
import { untilGone } from "./server-workload.ts";

/** Each line is a call of `write` by the task itself: a fault of the server that reached tasks would cut its log. */
const logLines = 200;
const lanes = 2;
let rounds = 0;

/**
 * Submits one task after the other until the server is gone. A name says how its task must end: `…-x3` with exit code 3,
 * `…-c` cancelled. Things that are told of: `task NAME` is submitted, `ended NAME` was seen over, with its whole log.
 */
export async function runTasks(
  client: Client,
  directory: string,
  acknowledged: (thing: string, count: number) => void,
): Promise<void> {
  const round = (rounds += 1);
  const one = (lane: number): Promise<void> =>
    untilGone(async (turn) => {
      if (turn === 0) await makeTally(client);
      const sort = (lane + turn) % 4;
      const name = `t${round}-${lane}-${turn}-${sort === 3 ? "c" : `x${turn % 3}`}`;
      await submit(client, name, {
        command: sh(script(name, sort === 2 ? 1.5 : 0.05)),
        env: { [mark]: directory },
        volumes: [{ name: "tally", mountPath: "tally" }],
        resources: { cpus: 0.1, memory: "16Mi" },
      });
      acknowledged(`task ${name}`, 1);
      // It is still running when the server is killed, or soon after.
      if (sort === 2) return;
      await until(`task ${name} runs`, async () => {
        const { status } = await tasksOf(client).get("default", name);
        return status?.phase !== undefined && status.phase !== "Pending";
      });
      if (sort === 3) await tasksOf(client).act("default", name, "cancel");
      const task = await until(`task ${name} is over`, async () => {
        const task = await tasksOf(client).get("default", name);
        return isOver(task) && task;
      });
      if ((await untruth(client, task)) === undefined) acknowledged(`ended ${name}`, 1);
    });
  await Promise.all(Array.from({ length: lanes }, (_, lane) => one(lane)));
}

const mark = "CRASH_MARK";

function script(name: string, lastsS: number): string {
  const begin = `echo ${name} >> tally/runs; i=0; while [ $i -lt ${logLines} ]; do echo line $i; i=$((i+1)); done;`;
  return `${begin} ${name.endsWith("-c") ? "sleep 600" : `sleep ${lastsS}; exit ${name.at(-1)}`}`;
}

async function makeTally(client: Client): Promise<void> {
  try {
    await volumesOf(client).create("default", object("Volume", "tally"));
  } catch (error) {
    if (!(error instanceof RequestFailed) || error.code !== 409) throw error;
  }
}

/**
 * On a server that was started anew: waits until all tasks are over (those to be cancelled are, by their users' second
 * try), and says what is not as it must be.
 */
export async function lookAtTasks(
  client: Client,
  directory: string,
  owed: Owed,
): Promise<{ readonly lost: number; readonly wrong: readonly string[] }> {
  const list = async (): Promise<Task[]> => (await tasksOf(client).list({ namespace: "default" })).items;
  const before = new Map((await list()).map((task) => [task.metadata.name, task]));
  const lost = [...owed.keys()].filter((thing) => {
    const [kind, name] = thing.split(" ") as [string, string];
    if (kind !== "task" && kind !== "ended") return false;
    const task = before.get(name);
    return task === undefined || (kind === "ended" && !isOver(task));
  });
  const tasks = await until("all tasks are over", async () => {
    const now = await list();
    const open = now.filter((task) => !isOver(task));
    for (const { metadata, spec } of open)
      if (metadata.name.endsWith("-c") && !spec.cancelled)
        await tasksOf(client).act("default", metadata.name, "cancel");
    return open.length === 0 && now;
  });
  return { lost: lost.length, wrong: await untruths(client, directory, tasks) };
}

/** What tasks that are over say of themselves that is not so, or how often they ran if that is not once. */
async function untruths(client: Client, directory: string, tasks: readonly Task[]): Promise<string[]> {
  const wrong: string[] = [];
  const runs = runsOf(directory);
  const { items: attempts } = await attemptsOf(client).list({ namespace: "default" });
  for (const task of tasks) {
    const { name } = task.metadata;
    const problem = await untruth(client, task);
    if (problem !== undefined) wrong.push(`task ${name}: ${problem}`);
    const cancelled = name.endsWith("-c");
    const ran = runs.get(name) ?? 0;
    if (ran > 1 || (ran === 0 && !cancelled)) wrong.push(`task ${name}: it ran ${ran} times`);
    const made = attempts.filter(({ spec }) => spec.task === name).length;
    if (made > 1 || (made === 0 && !cancelled)) wrong.push(`task ${name}: it has ${made} attempts`);
  }
  return wrong;
}

/** What an ended task says of itself that is not so. */
async function untruth(client: Client, { metadata, status }: Task): Promise<string | undefined> {
  const { name } = metadata;
  if (name.endsWith("-c")) return status!.phase === "Cancelled" ? undefined : `it is ${status!.phase}`;
  const exitCode = Number(name.at(-1));
  const phase = exitCode === 0 ? "Succeeded" : "Failed";
  if (status!.phase !== phase || status!.exitCode !== exitCode || status!.attempts !== 1)
    return `it ended so: ${JSON.stringify(status)}`;
  const log = await logOf(client, name);
  const whole = Array.from({ length: logLines }, (_, index) => `line ${index}\n`).join("");
  return log === whole ? undefined : `its log has ${log.length} of ${whole.length} bytes`;
}

/** How often each task has begun, by its own word. */
function runsOf(directory: string): Map<string, number> {
  const runs = new Map<string, number>();
  for (const name of readOr(join(directory, "volumes/default/tally/runs")).split("\n").filter(Boolean))
    runs.set(name, (runs.get(name) ?? 0) + 1);
  return runs;
}

/** Process ids of tasks and supervisors that belong to a data folder. Linux. */
export const processesOf = (directory: string): string[] =>
  readdirSync("/proc").filter(
    (id) =>
      /^\d+$/.test(id) &&
      ["cmdline", "environ"].some((file) => readOr(`/proc/${id}/${file}`).includes(directory)),
  );

/** While its last threads end, a process has no command line any more, but still holds its files and their locks. */
export const isGone = (id: string): boolean => readOr(`/proc/${id}/task/${id}/stat`) === "" || isReaped(id);

/** Nothing but its entry is left, where nobody asks how it ended. */
const isReaped = (id: string): boolean =>
  /\) Z /.test(readOr(`/proc/${id}/stat`)) && /^Threads:\s*1$/m.test(readOr(`/proc/${id}/status`));

function readOr(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    // Gone, or somebody else's.
    if (["ENOENT", "ESRCH", "EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? ""))
      return "";
    throw error;
  }
}
