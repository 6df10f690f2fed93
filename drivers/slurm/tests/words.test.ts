import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { array, assert as holds, property, string } from "fast-check";
import { EngineUnreachable, JobRefused } from "@yunhe/domain-compute/driver";
import type { AttemptId } from "@yunhe/domain-compute/driver";
import { jobOf } from "../../../domains/compute/src/driver/conformance-steps.ts";
import { questionFailed, submissionFailed } from "../src/access/failures.ts";
import { indexRanges } from "../src/arrays.ts";
import { parseHistory } from "../src/access/history-lines.ts";
import { minutesOf, parseJobs, parseNodes, statesOf } from "../src/access/parse.ts";
import { parseSlurmConfig } from "../src/index.ts";
import { jobEnvironment } from "../src/job-environment.ts";
import { launchFile, quoted } from "../src/launch-file.ts";
import { obstacleOf } from "../src/node-states.ts";
import { reasonWords } from "../src/reasons.ts";

const anyWord = string({ unit: "binary", maxLength: 40 }).map((word) => word.replaceAll("\0", ""));

test("no shell reads anything into a quoted word, whatever it holds", () => {
  holds(
    property(array(anyWord, { maxLength: 8 }), (words) => {
      const script = `for word in ${words.map(quoted).join(" ")}; do printf '%s\\0' "$word"; done`;
      const said = spawnSync("sh", ["-c", script]).stdout;
      assert.deepEqual(said, Buffer.from(words.map((word) => `${word}\0`).join("")));
    }),
    { numRuns: 60 },
  );
});

test("a launch file gives the program exactly its arguments and environment", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "yunhe-launch-"));
  try {
    holds(
      property(array(anyWord, { maxLength: 5 }), anyWord, (args, value) => {
        const job = jobOf("a-1" as AttemptId, {
          command: ["/bin/sh", "-c", 'printf "%s\\0" "$ODD" "$@"', "sh", ...args],
          environment: { ODD: value },
        });
        const settings = {
          folder,
          environment: jobEnvironment(job, folder),
          requeue: false,
          sampleSeconds: 10,
          defaultGraceSeconds: 1,
        };
        writeFileSync(path.join(folder, "launch"), launchFile(job, settings));
        spawnSync("mkdir", ["-p", path.join(folder, "work")]);
        const run = spawnSync("sh", ["-c", ". ./launch; (program)"], { cwd: folder });
        assert.deepEqual(run.stdout, Buffer.from([value, ...args].map((word) => `${word}\0`).join("")));
      }),
      { numRuns: 30 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("Slurm's refusals are final, its silences are not", () => {
  const refusals = [
    "sbatch: error: invalid partition specified: nope\nsbatch: error: Batch job submission failed: Invalid partition name specified",
    "sbatch: error: Batch job submission failed: Invalid account or account/partition combination specified",
    "sbatch: error: Batch job submission failed: User's group not permitted to use this partition",
    "sbatch: error: Batch job submission failed: Requested node configuration is not available",
    "sbatch: error: Invalid generic resource (gres) specification",
    "sbatch: error: Batch job submission failed: Requested time limit is invalid (missing or exceeds some limit)",
    "sbatch: error: Batch job submission failed: Something that this driver has never heard of",
  ];
  for (const said of refusals) assert.ok(submissionFailed(said) instanceof JobRefused, said);
  const open = [
    "sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)",
    "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation",
    "sbatch: error: Batch job submission failed: Zero Bytes were transmitted or received",
    "sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying",
    "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)",
    "sbatch: error: Munge decode failed: Rewound credential",
    "Segmentation fault",
  ];
  for (const said of open) assert.ok(!(submissionFailed(said) instanceof JobRefused), said);
});

test("a clock that is off, a munge that is ill and another version are told apart", () => {
  const enOf = (said: string): string => {
    const error = questionFailed("squeue", said);
    assert.ok(error instanceof EngineUnreachable);
    assert.notEqual(error.words.zh, error.words.en);
    return error.words.en;
  };
  assert.match(enOf("slurm_load_jobs error: Munge decode failed: Expired credential"), /clocks differ/);
  assert.match(enOf("error: If munged is up, restart with --num-threads=10"), /munge/);
  assert.match(enOf("slurm_load_jobs error: Incompatible versions of client and server code"), /versions/);
  assert.match(
    enOf("slurm_load_jobs error: Unable to contact slurm controller (connect failure)"),
    /does not answer/,
  );
});

test("the queue's lines become jobs, others' are left out", () => {
  const text = [
    "7|RUNNING|None|n1|1795269918|1795273518|yunhe.x.a-1",
    "8|PENDING|Resources||N/A|N/A|yunhe.x.a-2",
    "9|RUNNING|None|n1|1|2|somebody|else",
    "10|CANCELLED by 1000|None|None assigned|1795269918|1795269920|yunhe.x.a-3",
    "",
  ].join("\n");
  const jobs = parseJobs(text, "yunhe.x.");
  assert.deepEqual(
    jobs.map(({ id, state, node, startedAtMs }) => [id, state, node, startedAtMs]),
    [
      ["7", "RUNNING", "n1", 1_795_269_918_000],
      ["8", "PENDING", undefined, undefined],
      ["10", "CANCELLED", undefined, 1_795_269_918_000],
    ],
  );
});

test("nodes are read with spaces in their values, and what keeps jobs away is worded", () => {
  const text =
    "NodeName=n7 Arch=x86_64 CoresPerSocket=8  CPUAlloc=0 CPUEfctv=62 CPUTot=64 ActiveFeatures=ib,gpu Gres=gpu:a100:4(S:0-1) OS=Linux 5.14.0 #1 SMP Tue RealMemory=257000 State=IDLE+DRAIN TmpDisk=900 Partitions=main,gpu  Reason=fan broken, ask Li [root@2026-01-02T03:04:05]\n";
  const [node] = parseNodes(text);
  assert.ok(node !== undefined);
  assert.deepEqual(
    [node.cpus, node.memoryMiB, node.gres, node.operatingSystem],
    [62, 257_000, "gpu:a100:4(S:0-1)", "Linux 5.14.0"],
  );
  assert.deepEqual(node.partitions, ["main", "gpu"]);
  assert.match(obstacleOf(node)!.en, /drained.*fan broken, ask Li/);
  assert.deepEqual(statesOf("down*+drain"), ["DOWN", "NOT_RESPONDING", "DRAIN"]);
  assert.equal(obstacleOf({ states: statesOf("IDLE~"), reason: undefined }), undefined);
});

test("time limits are read, no limit is none", () => {
  assert.equal(minutesOf("7-00:00:00"), 7 * 24 * 60);
  assert.equal(minutesOf("01:30:00"), 90);
  assert.equal(minutesOf("UNLIMITED"), undefined);
});

test("every reason has words in both languages, limits say whose they are", () => {
  for (const reason of [
    "Resources",
    "Priority",
    "QOSMaxJobsPerUserLimit",
    "AssocGrpCpuLimit",
    "(ReqNodeNotAvail, UnavailableNodes:n1)",
    "NeverHeardOf",
  ]) {
    const { en, zh } = reasonWords(reason);
    assert.ok(en.length > 0 && zh.length > 0 && en !== zh, reason);
  }
  assert.match(reasonWords("QOSMaxJobsPerUserLimit").en, /QOS.*per user/);
  assert.match(reasonWords("AssocGrpCpuLimit").en, /account.*Cpu/);
  assert.match(reasonWords("(ReqNodeNotAvail, UnavailableNodes:n1)").en, /n1/);
});

test("a pool's configuration that is wrong says which setting", () => {
  assert.throws(() => parseSlurmConfig({ workDirectory: "relative" }), /workDirectory/);
  assert.throws(() => parseSlurmConfig({ workDirectory: "/x", partition: "a;rm -rf" }), /partition/);
  assert.throws(
    () => parseSlurmConfig({ workDirectory: "/x", ssh: { host: "-oProxyCommand=x" } }),
    /ssh\.host/,
  );
  assert.throws(() => parseSlurmConfig({ workDirectory: "/x", colour: 1 }), /colour/);
});

test("accounting's lines become jobs with what their steps used", () => {
  const jobs = parseHistory(
    [
      "5|CANCELLED by 0|None|n1|100|104|yunhe.x.a|0:0|1-00:00:01.206|",
      "5.batch|CANCELLED||n1|100|105|batch|0:15|00:01.206|145K",
      "5.0|COMPLETED||n1|100|105|srun|0:0|00:01.000|1.50M",
      "7_3|FAILED|None|n2|100|104|yunhe.x..array-1|3:0|02:03|",
      "8|RUNNING|None|n2|100|Unknown|yunhe.x.b|0:0|00:00:00|",
      "8.batch|RUNNING||n2|100|Unknown|batch|0:0|00:00:00|",
      "",
    ].join("\n"),
  );
  assert.deepEqual(
    jobs.map(({ id, state, accounted }) => [id, state, accounted]),
    [
      ["5", "CANCELLED", { exitCode: 0, signal: 0, cpuCoreMs: 86_401_206, peakMemoryBytes: 1.5 * 2 ** 20 }],
      ["7_3", "FAILED", { exitCode: 3, signal: 0, cpuCoreMs: 123_000, peakMemoryBytes: 0 }],
      ["8", "RUNNING", undefined],
    ],
  );
});

test("the indexes of an array are told as Slurm takes them", () => {
  assert.equal(indexRanges([7, 0, 1, 2, 9, 8, 4]), "0-2,4,7-9");
});
