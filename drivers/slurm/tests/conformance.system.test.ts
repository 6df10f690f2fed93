import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { type Environment, systemEnvironment } from "@yunhe/kernel";
import { EngineUnreachable } from "@yunhe/domain-compute/driver";
import type { AttemptId, Driver } from "@yunhe/domain-compute/driver";
import { driverConformance } from "@yunhe/domain-compute/driver/conformance";
import { endedWithin, jobOf } from "../../../domains/compute/src/driver/conformance-steps.ts";
import { openSlurmDriver, parseSlurmConfig } from "../src/index.ts";
import { clusterMissing, restMissing, startCluster } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";
import { sshMissing, startSshHost } from "./ssh-host.ts";
import type { SshHost } from "./ssh-host.ts";
import { driverUnderTest, openDriver, skipBecause } from "./trial.ts";

const missing = clusterMissing() ?? sshMissing() ?? restMissing();

describe("on a real cluster", { timeout: 900_000, ...skipBecause(missing) }, () => {
  let cluster: Cluster;
  let host: SshHost;
  before(async () => {
    cluster = await startCluster({ nodes: 2 });
    host = await startSshHost();
  });
  after(async () => {
    await host.stop();
    await cluster.stop();
  });
  const config = (): Record<string, unknown> => ({
    workDirectory: cluster.workDirectory,
    slurmConf: cluster.slurmConf,
    pollMs: 200,
  });
  driverConformance("the Slurm driver over the command line", () =>
    Promise.resolve(driverUnderTest(config())),
  );
  driverConformance("the Slurm driver over SSH", () =>
    Promise.resolve(driverUnderTest({ ...config(), ssh: host.config })),
  );
  let rest: ReturnType<Cluster["startRest"]> | undefined;
  const tokenFile = (): string => path.join(cluster.folder, "token");
  const startRest = async (): ReturnType<Cluster["startRest"]> => {
    rest ??= cluster.startRest();
    await writeFile(tokenFile(), await (await rest).token(), { mode: 0o600 });
    return rest;
  };
  driverConformance("the Slurm driver over slurmrestd on a unix socket", async () => {
    const { socket } = await startRest();
    return driverUnderTest({
      ...config(),
      rest: { url: `unix:${socket}`, user: "root", tokenFile: tokenFile() },
    });
  });

  const soon = (): AbortSignal => AbortSignal.timeout(60_000);
  const opened = async <Found>(driver: Driver, use: (driver: Driver) => Promise<Found>): Promise<Found> => {
    try {
      return await use(driver);
    } finally {
      await driver.close();
    }
  };
  const warningsOf = async (driver: Driver): Promise<string> =>
    (await opened(driver, (one) => one.facts(soon()))).warnings.map(({ en }) => en).join(" ");

  test("slurmrestd over TCP runs a job; a token that is wrong, and a socket that is not there, are told apart", async () => {
    const { url } = await startRest();
    const over = { user: "root", tokenFile: tokenFile() };
    await opened(openDriver({ ...config(), rest: { url, ...over } }), async (driver) => {
      const job = jobOf("t-over-tcp" as AttemptId, { command: ["/bin/sh", "-c", "exit 3"] });
      const ref = { id: job.attempt, handle: await driver.submit(job, soon()) };
      assert.deepEqual((await endedWithin(driver, ref, 60_000)).outcome, { type: "exited", exitCode: 3 });
    });
    const wrong = path.join(cluster.folder, "wrong-token");
    await writeFile(wrong, `${(await (await startRest()).token()).slice(0, -4)}AAAA`, { mode: 0o600 });
    const cases: [Record<string, unknown>, RegExp][] = [
      [{ url, user: "root", tokenFile: wrong }, /does not accept the token/],
      [{ url, user: "root", tokenFile: "/no/such/token" }, /token .* cannot be read/],
      [{ url: "unix:/no/such/socket", ...over }, /cannot be reached/],
    ];
    for (const [restConfig, words] of cases) {
      await assert.rejects(
        warningsOf(openDriver({ ...config(), rest: restConfig })),
        (error: unknown) =>
          error instanceof EngineUnreachable && words.test(error.words.en) && error.words.zh !== "",
        String(words),
      );
    }
  });

  test("a clock that is off is told, whichever way the cluster is asked", async () => {
    const { url } = await startRest();
    const real = systemEnvironment();
    const shifted = (byMs: number): Environment => ({
      ...real,
      clock: { ...real.clock, nowMs: () => real.clock.nowMs() + byMs },
    });
    const over = { url, user: "root", tokenFile: tokenFile() };
    for (const extra of [{}, { rest: over }]) {
      const open = (byMs: number): Driver =>
        openSlurmDriver({
          config: parseSlurmConfig({ ...config(), ...extra }),
          owner: "clock",
          environment: shifted(byMs),
        });
      assert.match(await warningsOf(open(600_000)), /clock .* \d+ s behind this host's/);
      assert.match(await warningsOf(open(-600_000)), /clock .* \d+ s ahead of this host's/);
      assert.doesNotMatch(await warningsOf(open(0)), /clock/);
    }
  });

  test("a Slurm that is older than what was tried is told", async () => {
    const folder = path.join(cluster.folder, "older");
    await mkdir(folder);
    for (const command of ["sbatch", "squeue", "scancel", "sacct"])
      await symlink(`/usr/bin/${command}`, path.join(folder, command));
    const older = `#!/bin/sh\n/usr/bin/scontrol "$@" | sed 's/^\\(SLURM_VERSION *= *\\).*/\\119.05.8/'\n`;
    await writeFile(path.join(folder, "scontrol"), older, { mode: 0o755 });
    assert.match(await warningsOf(openDriver({ ...config(), commands: folder })), /19\.05\.8 .* 20\.11/);
    assert.doesNotMatch(await warningsOf(openDriver(config())), /20\.11/);
  });
});
