import { words } from "@yunhe/kernel";
import { EngineUnreachable } from "@yunhe/domain-compute/driver";
import { questionFailed, saying, submissionFailed } from "./failures.ts";
import { gathered } from "./gathered.ts";
import { historyFields, parseHistory } from "./history-lines.ts";
import { parseJobs, parseNodes, parsePartitions, parseSettings, queueFormat } from "./parse.ts";
import type { Cluster, SlurmAccess, SlurmJob, Submission } from "./port.ts";
import { CommandMissing } from "./shell.ts";
import type { RunOptions, RunResult, Shell } from "./shell.ts";
import { SubmitLanes } from "./submit-lanes.ts";

/** Names per call of sacct, so that the command line stays short. */
const namesPerCall = 200;
/** How far back accounting is searched. */
const historyDays = 90;

/** Slurm's own commands, on this host or another one. Each call is one short-lived program. */
export function commandLineAccess(shell: Shell, folder: string | undefined): SlurmAccess {
  let accounting: boolean | undefined;
  const lanes = new SubmitLanes(shell);
  const located = (command: string): string => (folder === undefined ? command : `${folder}/${command}`);
  const run = async (command: string, args: readonly string[], options?: RunOptions): Promise<RunResult> => {
    try {
      return await shell.run([located(command), ...args], options);
    } catch (error) {
      if (error instanceof CommandMissing) throw commandMissing(command, shell.place, error);
      throw error;
    }
  };
  const ask = async (command: string, args: readonly string[], signal: AbortSignal): Promise<string> => {
    const result = await run(command, args, { signal });
    if (result.exitCode !== 0) throw missingOrFailed(command, shell.place, result);
    return result.stdout.toString();
  };
  const cluster = async (signal: AbortSignal): Promise<Cluster> => {
    const text = await ask("scontrol", ["show", "config"], signal);
    const settings = parseSettings(text);
    accounting =
      (settings.get("AccountingStorageType") ?? "accounting_storage/none") !== "accounting_storage/none";
    const seconds = Number(/^Configuration data as of (\d+)$/m.exec(text)?.[1]);
    return {
      version: settings.get("SLURM_VERSION") ?? "",
      name: settings.get("ClusterName") ?? "",
      nowMs: Number.isFinite(seconds) ? seconds * 1000 : undefined,
      settings,
    };
  };
  const cancelAny = gathered(async (jobs) => orderGiven(await run("scancel", jobs)));
  const cancelWaiting = gathered(async (jobs) => {
    // With a state scancel 22.05 ends all that waits of an array, whichever member is named. A member that has begun
    // since it was seen waiting gets Slurm's own grace period, and finds the order in its folder at once.
    const alone = jobs.filter((id) => !id.includes("_"));
    if (alone.length > 0) orderGiven(await run("scancel", ["--state=PENDING", ...alone]));
    await cancelAny(jobs.filter((id) => id.includes("_")));
  });
  return {
    cluster,
    nodes: async (signal) => parseNodes(await ask("scontrol", ["-o", "show", "nodes"], signal)),
    partitions: async (signal) =>
      parsePartitions(await ask("scontrol", ["-o", "show", "partitions"], signal)),
    submit: async (submission) => {
      const { exitCode, said } = await lanes.submit(
        [located("sbatch"), ...submitArguments(submission)],
        submission.script,
      );
      // With --parsable: the id, and after a semicolon the cluster.
      const id = /^(\d+)(?:;\S+)?$/m.exec(said)?.[1];
      if (exitCode === 0 && id !== undefined) return id;
      if (exitCode === 127) throw commandMissing("sbatch", shell.place, new Error(said));
      throw submissionFailed(said);
    },
    queue: async (prefix, signal) =>
      parseJobs(await ask("squeue", ["--me", "-h", "-r", "-t", "all", "-o", queueFormat], signal), prefix),
    history: async (names, signal) => {
      if (accounting === undefined) await cluster(signal);
      if (accounting !== true) return undefined;
      const found: SlurmJob[] = [];
      for (let at = 0; at < names.length; at += namesPerCall) {
        const some = names.slice(at, at + namesPerCall).join(",");
        const args = [
          "-n",
          "-P",
          "--delimiter=|",
          "-S",
          `now-${historyDays}days`,
          "-o",
          historyFields,
          "--name",
          some,
        ];
        found.push(...parseHistory(await ask("sacct", args, signal)));
      }
      return found;
    },
    // Jobs that do not run, or are gone, make it fail: what counts is what the next look finds.
    terminate: gathered(async (jobs) =>
      orderGiven(await run("scancel", ["--batch", "--signal=TERM", ...jobs])),
    ),
    cancel: (jobs, only) => (only === "pending" ? cancelWaiting(jobs) : cancelAny(jobs)),
    close: async () => lanes.close(),
  };
}

function submitArguments(submission: Submission): string[] {
  const optional = (name: string, value: string | undefined): string[] =>
    value === undefined ? [] : [`--${name}=${value}`];
  return [
    "--parsable",
    `--job-name=${submission.name}`,
    "--dependency=singleton",
    `--comment=${submission.comment}`,
    `--chdir=${submission.folder}`,
    `--output=${submission.folder}/${submission.array === undefined ? "slurm" : "%a"}.out`,
    "--open-mode=append",
    submission.requeue ? "--requeue" : "--no-requeue",
    "--nodes=1",
    "--ntasks=1",
    `--cpus-per-task=${submission.cpus}`,
    `--mem=${submission.memoryMiB}M`,
    `--time=${submission.minutes}`,
    ...optional("array", submission.array),
    ...optional("nodelist", submission.node),
    ...optional("gres", submission.gres),
    ...optional("partition", submission.partition),
    ...optional("account", submission.account),
    ...optional("qos", submission.qos),
    ...optional("reservation", submission.reservation),
    ...optional("constraint", submission.constraint),
  ];
}

function orderGiven(result: RunResult): void {
  if (result.exitCode === 0) return;
  const gone =
    /Invalid job id|already (completing|completed)|not running|Job\/step already|transient state|No jobs? /i;
  const said = result.stderr.split("\n").filter((line) => line.trim() !== "" && !gone.test(line));
  if (said.length > 0) throw questionFailed("scancel", said.join("\n"));
}

function missingOrFailed(command: string, place: string, result: RunResult): EngineUnreachable {
  return result.exitCode === 127
    ? commandMissing(command, place, new Error(saying(result.stderr)))
    : questionFailed(command, result.stderr);
}

function commandMissing(command: string, place: string, cause: Error): EngineUnreachable {
  return new EngineUnreachable(
    words(
      `There is no command "${command}" on ${place}: install Slurm's client there, or name its folder in the pool's "commands".`,
      `${place} 上没有命令“${command}”：请在该处安装 Slurm 客户端，或在资源池的 “commands” 中指定其目录。`,
    ),
    { cause },
  );
}
