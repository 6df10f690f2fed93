import { execFile, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

/** What keeps a test cluster's accounting: a MariaDB and a slurmdbd of its own. */
export interface DatabasePorts {
  readonly slurmdbd: number;
  readonly mariadb: number;
}

interface Hands {
  readonly start: (
    name: string,
    program: string,
    args: readonly string[],
    options?: { readonly user?: string; readonly variables?: Record<string, string> },
  ) => void;
  readonly run: (command: string, ...args: string[]) => Promise<string>;
  readonly until: (what: string, check: () => Promise<boolean>) => Promise<void>;
}

const programs = ["/usr/sbin/mariadbd", "/usr/bin/mariadb-install-db", "/usr/sbin/slurmdbd"];

/** Undefined when accounting can be had here. */
export function accountingMissing(): string | undefined {
  const missing = programs.filter((file) => !existsSync(file));
  return missing.length === 0
    ? undefined
    : `needs the packages mariadb-server, slurmdbd and slurm-wlm-mysql-plugin (${missing.join(", ")} missing)`;
}

/** Of slurm.conf. With munge the password names its socket. */
export const accountingLines = (folder: string, { slurmdbd }: DatabasePorts): readonly string[] => [
  "AccountingStorageType=accounting_storage/slurmdbd",
  "AccountingStorageHost=127.0.0.1",
  `AccountingStoragePort=${slurmdbd}`,
  `AccountingStoragePass=${folder}/munge/socket`,
  "AccountingStorageTRES=gres/gpu",
];

export async function startAccounting(
  folder: string,
  ports: DatabasePorts,
  { start, run, until }: Hands,
): Promise<void> {
  const data = path.join(folder, "db");
  mkdirSync(data);
  give(data, "mysql");
  const [mariadbd, install, slurmdbd] = programs as [string, string, string];
  await promisify(execFile)(install, [
    "--no-defaults",
    "--user=mysql",
    `--datadir=${data}/data`,
    "--skip-test-db",
    "--auth-root-authentication-method=normal",
  ]);
  const firstWords = path.join(data, "first.sql");
  // A statement a line.
  const statements = [
    "CREATE DATABASE slurm_acct_db;",
    "CREATE USER slurm@'127.0.0.1' IDENTIFIED BY 'slurm';",
    "GRANT ALL ON slurm_acct_db.* TO slurm@'127.0.0.1';",
  ];
  writeFileSync(firstWords, `${statements.join("\n")}\n`);
  const options = [
    "--no-defaults",
    `--datadir=${data}/data`,
    `--socket=${data}/socket`,
    "--bind-address=127.0.0.1",
    `--port=${ports.mariadb}`,
    "--skip-name-resolve",
    "--innodb-buffer-pool-size=32M",
    "--innodb-flush-log-at-trx-commit=0",
    "--performance-schema=OFF",
    `--init-file=${firstWords}`,
  ];
  start("mariadb", mariadbd, options, { user: "mysql" });
  const login = ["--no-defaults", "-h", "127.0.0.1", "-P", String(ports.mariadb), "-u", "slurm", "-pslurm"];
  await until("MariaDB", async () => (await run("mariadb", ...login, "-e", "SELECT 1")) !== "");
  const file = path.join(folder, "slurmdbd.conf");
  writeFileSync(file, configuration(folder, ports), { mode: 0o600 });
  give(file, "slurm");
  start("slurmdbd", slurmdbd, ["-D"], { user: "slurm" });
  await until("slurmdbd", async () => (await run("sacctmgr", "-n", "show", "cluster")) !== undefined);
  await run("sacctmgr", "-i", "add", "cluster", "yunhe-test");
  await run("sacctmgr", "-i", "add", "account", "test", "Description=test", "Organization=test");
  await run("sacctmgr", "-i", "add", "user", "root", "Account=test");
}

const configuration = (folder: string, { slurmdbd, mariadb }: DatabasePorts): string =>
  `${[
    "AuthType=auth/munge",
    `AuthInfo=socket=${folder}/munge/socket`,
    "DbdHost=localhost",
    "DbdAddr=127.0.0.1",
    `DbdPort=${slurmdbd}`,
    "SlurmUser=slurm",
    `LogFile=${folder}/log/slurmdbd.log`,
    `PidFile=${folder}/ctld/slurmdbd.pid`,
    "StorageType=accounting_storage/mysql",
    "StorageHost=127.0.0.1",
    `StoragePort=${mariadb}`,
    "StorageUser=slurm",
    "StoragePass=slurm",
    "StorageLoc=slurm_acct_db",
  ].join("\n")}\n`;

function give(file: string, user: string): void {
  const idOf = (flag: string): number => Number(spawnSync("id", [flag, user]).stdout.toString());
  chownSync(file, idOf("-u"), idOf("-g"));
}
