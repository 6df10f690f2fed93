import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { accountingLines, type DatabasePorts, startAccounting } from "./accounting.ts";
import { promisify } from "node:util";

/** A real Slurm on this host for one test: its own munge, one controller, several nodes. Needs root and the packages. */
export interface Cluster {
  readonly folder: string;
  readonly slurmConf: string;
  /** A folder that all nodes see. */
  readonly workDirectory: string;
  run(command: string, ...args: string[]): Promise<string>;
  startNode(name: string): Promise<void>;
  /** As a power cut: the daemon, its steps and their processes are gone at once. */
  killNode(name: string): void;
  /** Only the daemon: its steps go on. */
  killDaemon(name: string): void;
  startController(): Promise<void>;
  killController(): Promise<void>;
  startRest(): Promise<{ readonly socket: string; readonly url: string; token(): Promise<string> }>;
  stop(): Promise<void>;
}

export interface ClusterShape {
  readonly nodes?: number;
  readonly cpus?: number;
  /** Of each node; what the host has does not matter. */
  readonly memoryMiB?: number;
  /** Simulated GPUs of type `a100` on the first node. */
  readonly gpus?: number;
  /** Seconds that a finished job stays in the queue. */
  readonly minJobAge?: number;
  readonly extra?: readonly string[];
  /** With MariaDB and slurmdbd; needs what {@link accountingMissing} names. */
  readonly accounting?: boolean;
}

const daemons = {
  munged: "/usr/sbin/munged",
  slurmctld: "/usr/sbin/slurmctld",
  slurmd: "/usr/sbin/slurmd",
  sbatch: "/usr/bin/sbatch",
};

/** Undefined when a cluster can be had here; otherwise why not. */
export function clusterMissing(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0)
    return "needs Linux and root to start a Slurm cluster";
  const missing = Object.values(daemons).filter((file) => !existsSync(file));
  return missing.length === 0
    ? undefined
    : `needs the packages munge, slurmctld, slurmd and slurm-client (${missing.join(", ")} missing)`;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const execute = promisify(execFile);

export async function startCluster(shape: ClusterShape = {}): Promise<Cluster> {
  const folder = mkdtempSync(path.join(tmpdir(), "yunhe-slurm-"));
  chmodSync(folder, 0o755);
  const nodes = Array.from({ length: shape.nodes ?? 2 }, (_, at) => `n${at + 1}`);
  const ports = await freePorts(nodes.length + 4);
  const slurmConf = path.join(folder, "slurm.conf");
  layOut(folder);
  const database: DatabasePorts = { slurmdbd: ports[nodes.length + 1]!, mariadb: ports[nodes.length + 2]! };
  const lines = shape.accounting === true ? accountingLines(folder, database) : [];
  writeFileSync(
    slurmConf,
    configuration(folder, nodes, ports, { ...shape, extra: [...(shape.extra ?? []), ...lines] }),
  );
  writeFileSync(path.join(folder, "gres.conf"), gresConfiguration(folder, shape.gpus ?? 0));
  const running = new Map<string, ChildProcess>();
  const start = (
    name: string,
    program: string,
    args: readonly string[],
    options: { user?: string; variables?: Record<string, string> } = {},
  ): void => {
    const log = openSync(path.join(folder, "log", `${name}.out`), "a");
    const variables = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", SLURM_CONF: slurmConf, ...options.variables };
    const words =
      options.user === undefined
        ? [program, ...args]
        : [
            "setpriv",
            `--reuid=${options.user}`,
            `--regid=${options.user}`,
            "--init-groups",
            program,
            ...args,
          ];
    const child = spawn(words[0]!, words.slice(1), {
      stdio: ["ignore", log, log],
      env: variables,
      detached: true,
      cwd: "/",
    });
    closeSync(log);
    running.set(name, child);
  };
  const run = async (command: string, ...args: string[]): Promise<string> =>
    (
      await execute(command, args, {
        env: { PATH: process.env["PATH"], SLURM_CONF: slurmConf, LC_ALL: "C" },
        maxBuffer: 2 ** 28,
      })
    ).stdout;
  const until = async (what: string, check: () => Promise<boolean>): Promise<void> => {
    const deadline = performance.now() + 60_000;
    while (!(await check().catch(() => false))) {
      if (performance.now() > deadline) throw new Error(`no ${what}; logs are in ${folder}/log`);
      await pause(50);
    }
  };
  const startController = async (): Promise<void> => {
    start("slurmctld", daemons.slurmctld, ["-D", "-f", slurmConf], { user: "slurm" });
    await until("slurmctld", async () => / UP/.test(await run("scontrol", "ping")));
  };
  const ready = async (name: string): Promise<boolean> =>
    /^(idle|mix|alloc)/.test(await run("sinfo", "-h", "-n", name, "-p", "main", "-o", "%t"));
  const startNode = async (name: string): Promise<void> => {
    mkdirSync(path.join(folder, "spool", name), { recursive: true });
    start(name, daemons.slurmd, ["-D", "-N", name, "-f", slurmConf]);
    await until(`node ${name}`, () => ready(name));
  };
  const munge = path.join(folder, "munge");
  const mungeFile = (name: string): string => path.join(munge, name);
  start(
    "munged",
    daemons.munged,
    [
      "--foreground",
      "--force",
      `--key-file=${mungeFile("key")}`,
      `--socket=${mungeFile("socket")}`,
      `--pid-file=${mungeFile("pid")}`,
      `--log-file=${mungeFile("log")}`,
      `--seed-file=${mungeFile("seed")}`,
      "--num-threads=4",
    ],
    { user: "munge" },
  );
  const stop = async (): Promise<void> => {
    await run("scancel", "--user=root").catch(() => undefined);
    for (const [, child] of [...running].reverse()) await ended(child, "SIGTERM");
    for (const name of nodes) killSteps(folder, name);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await until("munge", async () => (await run("munge", "-n", "-S", mungeFile("socket"))) !== "");
    if (shape.accounting === true) await startAccounting(folder, database, { start, run, until });
    await startController();
    await Promise.all(nodes.map(startNode));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    folder,
    slurmConf,
    workDirectory: path.join(folder, "shared"),
    run,
    startNode,
    startController,
    killNode: (name) => {
      const child = running.get(name)!;
      child.kill("SIGSTOP");
      killSteps(folder, name);
      child.kill("SIGKILL");
    },
    killDaemon: (name) => void running.get(name)!.kill("SIGKILL"),
    killController: async () => ended(running.get("slurmctld")!, "SIGKILL"),
    startRest: async () => {
      const socket = path.join(folder, "rest", "socket");
      const port = ports.at(-1)!;
      const modern = readdirSync(path.dirname(pluginFile("auth_munge")!)).includes("openapi_slurmctld.so");
      const plugins = modern ? "slurmctld" : "openapi/v0.0.38";
      start(
        "rest",
        "/usr/sbin/slurmrestd",
        ["-f", slurmConf, "-a", "rest_auth/jwt", "-s", plugins, `unix:${socket}`, `127.0.0.1:${port}`],
        { user: "slurmrestd-test", variables: { SLURM_JWT: "daemon" } },
      );
      await until("slurmrestd", () => Promise.resolve(existsSync(socket)));
      return {
        socket,
        url: `http://127.0.0.1:${port}`,
        token: async () => (await run("scontrol", "token", "username=root")).trim().split("=")[1]!,
      };
    },
    stop,
  };
}

export const restMissing = (): string | undefined =>
  existsSync("/usr/sbin/slurmrestd") && pluginFile("auth_jwt") !== undefined
    ? undefined
    : "needs the packages slurmrestd and slurm-wlm-jwt-plugin";

function pluginFile(name: string): string | undefined {
  for (const base of readdirSync("/usr/lib").map((entry) => path.join("/usr/lib", entry))) {
    const found = ["slurm-wlm", "slurm"]
      .map((folder) => path.join(base, folder, `${name}.so`))
      .find((file) => existsSync(file));
    if (found !== undefined) return found;
  }
  return undefined;
}

function layOut(folder: string): void {
  for (const name of ["munge", "ctld", "log", "spool", "rest", "shared", "dev"])
    mkdirSync(path.join(folder, name));
  const idOf = (user: string): number => Number(spawnSync("id", ["-u", user]).stdout.toString());
  if (!(idOf("slurmrestd-test") > 0))
    spawnSync("useradd", ["--system", "--no-create-home", "--shell", "/usr/sbin/nologin", "slurmrestd-test"]);
  const give = (name: string, user: string): void =>
    chownSync(path.join(folder, name), idOf(user), idOf(user));
  writeFileSync(path.join(folder, "munge", "key"), randomBytes(128), { mode: 0o600 });
  writeFileSync(path.join(folder, "ctld", "jwt.key"), randomBytes(32), { mode: 0o600 });
  for (const name of ["munge", "munge/key"]) give(name, "munge");
  for (const name of ["ctld", "ctld/jwt.key", "log"]) give(name, "slurm");
  give("rest", "slurmrestd-test");
}

function configuration(
  folder: string,
  nodes: readonly string[],
  ports: readonly number[],
  shape: ClusterShape,
): string {
  const cpus = shape.cpus ?? 4;
  const host = hostname().split(".")[0]!;
  const jwt =
    pluginFile("auth_jwt") === undefined
      ? []
      : ["AuthAltTypes=auth/jwt", `AuthAltParameters=jwt_key=${folder}/ctld/jwt.key`];
  const lines = nodes.map((name, at) => {
    const gres =
      at === 0 && (shape.gpus ?? 0) > 0
        ? ` Gres=gpu:a100:${shape.gpus},shard:${shape.gpus! * 4} Feature=gpu`
        : "";
    return `NodeName=${name} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${ports[at]} CPUs=${cpus} RealMemory=${shape.memoryMiB ?? 4096} State=UNKNOWN${gres}`;
  });
  return `${[
    "ClusterName=yunhe-test",
    `SlurmctldHost=${host}(127.0.0.1)`,
    `SlurmctldPort=${ports[nodes.length]}`,
    "SlurmUser=slurm",
    "SlurmdUser=root",
    "AuthType=auth/munge",
    `AuthInfo=socket=${folder}/munge/socket`,
    ...jwt,
    `SlurmctldPidFile=${folder}/ctld/pid`,
    `SlurmctldLogFile=${folder}/log/slurmctld.log`,
    `StateSaveLocation=${folder}/ctld`,
    `SlurmdPidFile=${folder}/spool/%n/pid`,
    `SlurmdLogFile=${folder}/log/%n.log`,
    `SlurmdSpoolDir=${folder}/spool/%n`,
    "SlurmdParameters=config_overrides",
    "MpiDefault=none",
    "MailProg=/bin/true",
    "ProctrackType=proctrack/linuxproc",
    "ReturnToService=2",
    "SlurmdTimeout=10",
    "KillWait=2",
    `MinJobAge=${shape.minJobAge ?? 300}`,
    "SchedulerType=sched/backfill",
    "SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1,sched_min_interval=100000",
    "SelectType=select/cons_tres",
    "SelectTypeParameters=CR_Core_Memory",
    "PreemptType=preempt/partition_prio",
    "PreemptMode=CANCEL",
    "MaxJobCount=20000",
    "JobAcctGatherType=jobacct_gather/linux",
    "JobAcctGatherFrequency=task=1",
    "JobAcctGatherParams=OverMemoryKill,UsePss",
    "GresTypes=gpu,shard",
    "DefMemPerCPU=64",
    ...(shape.extra ?? []),
    ...lines,
    "PartitionName=main Nodes=ALL Default=YES MaxTime=7-00:00:00 State=UP PriorityTier=1",
    "PartitionName=urgent Nodes=ALL Default=NO MaxTime=INFINITE State=UP PriorityTier=10",
  ].join("\n")}\n`;
}

function gresConfiguration(folder: string, gpus: number): string {
  const lines: string[] = [];
  for (let at = 0; at < gpus; at++) {
    const file = path.join(folder, "dev", `gpu${at}`);
    if (spawnSync("mknod", ["-m", "666", file, "c", "1", "3"]).status !== 0) writeFileSync(file, "");
    lines.push(`NodeName=n1 Name=gpu Type=a100 File=${file}`, `NodeName=n1 Name=shard Count=4 File=${file}`);
  }
  return `${lines.join("\n")}\n`;
}

/** Free now; another program could take one until it is used, which the kernel's choice of random ones makes unlikely. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, "127.0.0.1", () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await gone;
  clearTimeout(timer);
}

/** A step of a node is known by its node's log, which it keeps open. */
function killSteps(folder: string, node: string): void {
  const log = path.join(folder, "log", `${node}.log`);
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    if (linkOf(`/proc/${pid}/exe`)?.includes("slurmstepd") === true && openFiles(pid).includes(log))
      killTree(Number(pid));
  }
}

const linkOf = (file: string): string | undefined => {
  try {
    return readlinkSync(file);
  } catch {
    return undefined;
  }
};

function openFiles(pid: string): (string | undefined)[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((descriptor) => linkOf(`/proc/${pid}/fd/${descriptor}`));
  } catch {
    return [];
  }
}

/** Kills a process and everything below it, each stopped first so that none begins another. */
export function killTree(pid: number): void {
  try {
    process.kill(pid, "SIGSTOP");
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").trim().split(" "),
    );
    for (const child of children.filter((text) => text !== "")) killTree(Number(child));
    process.kill(pid, "SIGKILL");
  } catch {
    // Gone by itself.
  }
}
