import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import type { AttemptId, AttemptRef, Driver, Job } from "@yunhe/domain-compute/driver";
import {
  endedWithin,
  jobOf,
  logOf,
  observeOne,
} from "../../../domains/compute/src/driver/conformance-steps.ts";
import { clusterMissing, startCluster } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";
import { sshMissing, startSshHost } from "./ssh-host.ts";
import type { SshHost } from "./ssh-host.ts";
import { endAll, openDriver, skipBecause } from "./trial.ts";

const patienceMs = 120_000;
const soon = (): AbortSignal => AbortSignal.timeout(patienceMs);

describe(
  "an array of tasks on Slurm",
  { timeout: 600_000, ...skipBecause(clusterMissing() ?? sshMissing()) },
  () => {
    let cluster: Cluster;
    let host: SshHost;
    const opened: Driver[] = [];
    before(async () => {
      cluster = await startCluster({ nodes: 2, cpus: 8, extra: ["MaxArraySize=20"] });
      host = await startSshHost();
    });
    afterEach(async () => {
      for (const driver of opened.splice(0)) {
        await endAll(driver).catch(() => undefined);
        await driver.close();
      }
    });
    after(async () => {
      await host.stop();
      await cluster.stop();
    });
    const open = (owner: string, config: Record<string, unknown> = {}): Driver => {
      const { workDirectory, slurmConf } = cluster;
      const driver = openDriver({ workDirectory, slurmConf, pollMs: 200, ...config }, owner);
      opened.push(driver);
      return driver;
    };
    const grant = { node: undefined, cpuMilli: 1000, memoryBytes: 2 ** 26, devices: [] };
    const member = (index: number, script: string, parts: Partial<Job> = {}): Job =>
      jobOf(`t-${randomUUID().slice(0, 13)}` as AttemptId, {
        command: ["/bin/sh", "-c", script],
        task: `sweep-${index}`,
        array: "sweep",
        index,
        grant,
        ...parts,
      });
    const submitAll = (driver: Driver, jobs: readonly Job[]): Promise<AttemptRef[]> =>
      Promise.all(jobs.map(async (job) => ({ id: job.attempt, handle: await driver.submit(job, soon()) })));
    const jobIds = (refs: readonly AttemptRef[]): string[] =>
      refs.map(({ handle }) => handle!.split(":")[1]!);
    const arraysOf = (refs: readonly AttemptRef[]): Set<string> =>
      new Set(jobIds(refs).map((id) => id.split("_")[0]!));
    const rootOf = (owner: readonly AttemptRef[]): string =>
      readdirSync(cluster.workDirectory)
        .map((name) => path.join(cluster.workDirectory, name))
        .find((folder) => readdirSync(folder).includes(owner[0]!.id))!;

    test("goes as one job array, whose members run beside each other, each as itself", async () => {
      const driver = open(randomUUID());
      const meeting = path.join(cluster.workDirectory, "..", "shared");
      // Nobody ends before all have begun: members of one name must not wait for each other.
      const script = `: > ${meeting}/../dev/met-$YUNHE_INDEX
      until [ "$(ls ${meeting}/../dev | grep -c met-)" -ge 6 ]; do sleep 0.1; done
      echo "$SLURM_ARRAY_TASK_ID of $YUNHE_INDEX"; exit $YUNHE_INDEX`;
      const indexes = [0, 1, 2, 3, 7, 9];
      const refs = await submitAll(
        driver,
        indexes.map((index) => member(index, script)),
      );
      assert.equal(arraysOf(refs).size, 1);
      assert.deepEqual(
        jobIds(refs).map((id) => Number(id.split("_")[1])),
        indexes,
      );
      for (const [at, ref] of refs.entries()) {
        const { outcome } = await endedWithin(driver, ref, patienceMs);
        assert.deepEqual(outcome, { type: "exited", exitCode: indexes[at] });
        assert.equal(await logOf(driver, ref, patienceMs), `${indexes[at]} of ${indexes[at]}\n`);
      }
      // What is tried again is a job of its own.
      const [again] = await submitAll(driver, [member(3, "exit 0")]);
      assert.match(again!.handle!, /^slurm:\d+$/);
      assert.deepEqual((await endedWithin(driver, again!, patienceMs)).outcome, {
        type: "exited",
        exitCode: 0,
      });
    });

    test("whose answer was lost is found again member by member, and each runs once", async () => {
      const owner = randomUUID();
      const jobs = [0, 1, 2].map((index) => member(index, "sleep 2; echo ran"));
      const refs = await submitAll(open(owner), jobs);
      assert.equal(arraysOf(refs).size, 1);
      // As after a crash between sbatch and its record.
      const root = rootOf(refs);
      const array = readdirSync(root).find((name) => name.startsWith(".array-"))!;
      rmSync(path.join(root, array, "handle"));
      const later = open(owner);
      assert.deepEqual(await submitAll(later, jobs), refs);
      for (const { id } of refs) {
        const ref = { id, handle: undefined };
        assert.deepEqual((await endedWithin(later, ref, patienceMs)).outcome, {
          type: "exited",
          exitCode: 0,
        });
        assert.equal(await logOf(later, ref, patienceMs), "ran\n");
      }
      // When the last of them is forgotten nothing of the array is left.
      for (const { id } of refs) await later.forget({ id, handle: undefined });
      await later.list(soon());
      await later.list(soon());
      assert.deepEqual(
        readdirSync(root).filter((name) => !name.startsWith(".supervise")),
        [],
      );
    });

    test("goes together over SSH too, and is known to who opens the pool later", async () => {
      const owner = randomUUID();
      const ssh = host.config;
      const refs = await submitAll(
        open(owner, { ssh }),
        [0, 1, 2, 3, 4, 5].map((index) => member(index, "sleep 1; exit $YUNHE_INDEX")),
      );
      // How many of them come together depends on the line.
      assert.ok(arraysOf(refs).size < refs.length, jobIds(refs).join(" "));
      const later = open(owner, { ssh });
      for (const [index, { id }] of refs.entries()) {
        const { outcome } = await endedWithin(later, { id, handle: undefined }, patienceMs);
        assert.deepEqual(outcome, { type: "exited", exitCode: index });
      }
    });

    test("loses one member without the others", async () => {
      const driver = open(randomUUID());
      const refs = await submitAll(
        driver,
        [4, 5, 6].map((index) => member(index, "trap 'exit 0' TERM; sleep 5 & wait; sleep 3; exit 7")),
      );
      const [first, middle, last] = refs as [AttemptRef, AttemptRef, AttemptRef];
      await driver.cancel(middle, { graceMs: 100, why: "cancelled" });
      assert.deepEqual((await endedWithin(driver, middle, patienceMs)).outcome, { type: "cancelled" });
      for (const ref of [first, last])
        assert.deepEqual((await endedWithin(driver, ref, patienceMs)).outcome, {
          type: "exited",
          exitCode: 7,
        });
    });

    test("goes as jobs of their own where the cluster's arrays end before, or where its members differ", async () => {
      const driver = open(randomUUID());
      const large = { ...grant, cpuMilli: 2000 };
      const refs = await submitAll(driver, [
        member(19, "exit 0"),
        member(20, "exit 0"),
        member(21, "exit 0"),
        member(1, "exit 0", { grant: large }),
      ]);
      for (const { handle } of refs) assert.match(handle!, /^slurm:\d+$/);
      const tooLarge = { ...grant, memoryBytes: 2 ** 42 };
      const refused = await Promise.allSettled(
        [2, 3].map((index) => driver.submit(member(index, "exit 0", { grant: tooLarge }), soon())),
      );
      assert.deepEqual(
        refused.map(({ status }) => status),
        ["rejected", "rejected"],
      );
      for (const ref of refs) {
        await endedWithin(driver, ref, patienceMs);
        assert.equal((await observeOne(driver, ref)).state, "ended");
      }
    });
  },
);
