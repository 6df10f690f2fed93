import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { JobRefused } from "@yunhe/domain-compute/driver";
import { findProgram } from "../src/isolation.ts";
import { openBench, shell, skipUnless } from "./trial.ts";
import type { Bench } from "./trial.ts";

describe("a sandboxed task", skipUnless(findProgram("bwrap") !== undefined, "bubblewrap"), () => {
  let bench: Bench;
  before(async () => {
    bench = await openBench({ simulateDevices: ["2xA100-80G"] });
    const facts = await bench.driver.facts(AbortSignal.timeout(10_000));
    assert.ok(facts.isolation.includes("sandbox"), JSON.stringify(facts.warnings));
  });
  after(() => bench.dispose());

  test("cannot read the server's data, wherever it looks", async () => {
    const token = path.join(path.dirname(bench.directory), "admin.token");
    writeFileSync(token, "secret-of-the-admin", { mode: 0o644 });
    const { log } = await bench.run(
      shell(
        `cat '${token}'; ls -a '${path.dirname(token)}'; grep -rs secret-of-the / --exclude-dir=proc --exclude-dir=usr --exclude-dir=sys; true`,
      ),
    );
    assert.doesNotMatch(log, /secret-of-the-admin/);
    assert.match(log, /No such file/);
  });

  test("cannot write the system, and what it writes in /tmp stays there", async () => {
    const { log } = await bench.run(
      shell(
        "for d in / /usr /usr/bin /etc /bin /run /var /opt /proc/sys/kernel; do ( : > $d/yunhe-probe ) 2>/dev/null && echo wrote $d; done; echo x > /tmp/yunhe-probe && echo private",
      ),
    );
    assert.equal(log, "private\n");
    assert.ok(!existsSync("/tmp/yunhe-probe"));
  });

  test("has no rights, no other user's processes and no network but its own loopback", async () => {
    const { log } = await bench.run(
      shell(
        "id -u; grep -E '^(CapEff|NoNewPrivs)' /proc/self/status; ls /proc | grep -c '^[0-9]'; cut -d: -f1 /proc/net/dev | tail -n +3 | tr -d ' '",
      ),
    );
    const [uid, cap, privs, processes, ...interfaces] = log.trim().split("\n");
    assert.notEqual(uid, "0");
    assert.match(cap ?? "", /0000000000000000/);
    assert.match(privs ?? "", /1$/);
    assert.ok(Number(processes) < 10);
    assert.deepEqual(interfaces, ["lo"]);
  });

  test("has the host's network when it asks for it", async () => {
    const { log } = await bench.run({ ...shell("cat /proc/net/dev; cat /etc/hosts | wc -l"), network: true });
    assert.equal(
      log.match(/^ *\S+:/gm)?.length,
      readFileSync("/proc/net/dev", "utf8").match(/^ *\S+:/gm)?.length,
    );
  });

  test("finds only its own environment, with home, work and temporary folder", async () => {
    const { log } = await bench.run({
      ...shell("env | cut -d= -f1 | sort; echo $HOME $TMPDIR; pwd; whoami; node -p 6*7"),
      environment: { MINE: "1" },
      index: 4,
    });
    const names = log.trim().split("\n").slice(0, -4);
    const expected = [
      "HOME",
      "LANG",
      "LOGNAME",
      "MINE",
      "OMP_NUM_THREADS",
      "PATH",
      "PWD",
      "SHELL",
      "TMPDIR",
      "USER",
    ];
    assert.deepEqual(
      names.filter((name) => !/^YUNHE_|_VISIBLE_DEVICES$|^SHLVL$|^_$/.test(name)),
      expected,
    );
    assert.ok(names.includes("YUNHE_INDEX"));
    assert.deepEqual(log.trim().split("\n").slice(-4), ["/work /tmp", "/work", "task", "42"]);
  });

  test("sees the simulated devices it was granted, and an empty list without", async () => {
    const script = shell("echo [$CUDA_VISIBLE_DEVICES] [$YUNHE_DEVICES] [$YUNHE_DEVICE_SHARES]");
    assert.equal((await bench.run(script)).log, "[] [] []\n");
    const devices = ["simulated-0", "simulated-1"].map((id) => ({
      id,
      model: "A100-80G",
      shareMilli: 500,
      memoryBytes: 40 * 2 ** 30,
    }));
    const grant = { node: undefined, cpuMilli: 1000, memoryBytes: 2 ** 27, devices };
    assert.equal(
      (await bench.run({ ...script, grant })).log,
      "[simulated-0,simulated-1] [simulated-0,simulated-1] [500,500]\n",
    );
    await assert.rejects(
      bench.run({ ...script, grant: { ...grant, devices: [{ ...devices[0]!, id: "simulated-9" }] } }),
      JobRefused,
    );
  });

  test("reads and writes its volumes, and a read-only one it only reads", async () => {
    const source = path.join(path.dirname(path.dirname(bench.directory)), "volumes", "v1");
    const volume = { volume: "v1", source, mountPath: "/data/sets/v1", readOnly: false };
    assert.deepEqual(
      (await bench.run({ ...shell("echo kept > /data/sets/v1/f"), volumes: [volume] })).outcome,
      { type: "exited", exitCode: 0 },
    );
    const again = await bench.run({
      ...shell("cat /data/sets/v1/f; echo no > /data/sets/v1/g"),
      volumes: [{ ...volume, readOnly: true }],
    });
    assert.match(again.log, /^kept\n.*Read-only/s);
    await assert.rejects(
      bench.run({
        ...shell("true"),
        volumes: [{ ...volume, source: path.dirname(path.dirname(bench.directory)) }],
      }),
      JobRefused,
    );
  });

  test("finds a volume inside its working directory, among its own files", async () => {
    const source = path.join(path.dirname(path.dirname(bench.directory)), "volumes", "v2");
    const volumes = [{ volume: "v2", source, mountPath: "data/sets", readOnly: false }];
    const { outcome, log } = await bench.run({
      ...shell("echo kept > data/sets/f && echo own > data/beside && cat data/sets/f data/beside"),
      volumes,
    });
    assert.deepEqual([outcome, log], [{ type: "exited", exitCode: 0 }, "kept\nown\n"]);
    assert.equal(readFileSync(path.join(source, "f"), "utf8"), "kept\n");
    const leaving = bench.run({ ...shell("true"), volumes: [{ ...volumes[0]!, mountPath: "../out" }] });
    await assert.rejects(leaving, JobRefused);
  });

  test("keeps secrets of its environment out of the process list and out of what stays on disk", async () => {
    const ref = await bench.submit({ ...shell("sleep 1"), environment: { TOKEN: "very-secret-value" } });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const lines = readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, "utf8");
        } catch {
          return "";
        }
      });
    assert.ok(!lines.some((line) => line.includes("very-secret-value")));
    await bench.driver.cancel(ref, { graceMs: 0, why: "cancelled" });
    for (const name of ["job.json", "started", "launch"]) {
      assert.doesNotMatch(
        readFileSync(path.join(bench.directory, "done", ref.id, name), "utf8"),
        /very-secret-value/,
      );
    }
  });

  test("is refused when its paths leave the working directory or its words cannot be passed on", async () => {
    for (const parts of [
      { workingDirectory: "../x" },
      { inputs: [{ path: "/etc/x", mode: 0o644, source: "/etc/hostname" }] },
      { outputs: ["../../*"] },
      { environment: { "A=B": "x" } },
      { environment: { A: "x\0y" } },
      { image: "busybox" },
      { isolation: "container" as const },
    ]) {
      await assert.rejects(bench.submit(parts), JobRefused, JSON.stringify(parts));
    }
    assert.deepEqual(readdirSync(path.join(bench.directory, "live")), []);
  });
});

test("without any isolation a task is refused in clear words, unless that was allowed", async () => {
  const without = ["bwrap", "setpriv", "cgroups"] as const;
  const strict = await openBench({ without });
  await assert.rejects(
    strict.submit({ command: ["true"] }),
    (error: JobRefused) => /isolation/.test(error.words.en) && /隔离/.test(error.words.zh),
  );
  await strict.dispose();
  const allowed = await openBench({ without, allowNoIsolation: true });
  assert.deepEqual((await allowed.run({ command: ["true"] })).outcome, { type: "exited", exitCode: 0 });
  await assert.rejects(allowed.submit({ isolation: "sandbox" }), JobRefused);
  await allowed.dispose();
});

test("the data folder is the owner's alone", async () => {
  const bench = await openBench();
  assert.equal(statSync(bench.directory).mode & 0o077, 0);
  await bench.dispose();
});

test("volumes of others are not given away", async () => {
  const bench = await openBench();
  const source = path.join(path.dirname(path.dirname(bench.directory)), "mine");
  mkdirSync(source, { mode: 0o755 });
  const owner = statSync(source).uid;
  await bench.run({ ...shell("true"), volumes: [{ volume: "v", source, mountPath: "/v", readOnly: false }] });
  assert.equal(statSync(source).uid, owner);
  await bench.dispose();
});
