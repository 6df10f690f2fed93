import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { bytesOf, logOf } from "./conformance-steps.ts";
import type { Trial } from "./conformance-trial.ts";

/** Cases about logs, input files, output files. */
export function registerFileCases(trial: Trial): void {
  registerLogCases(trial);
  registerInputCases(trial);
  registerOutputCases(trial);
  registerVolumeCases(trial);
}

const shell = (script: string): { command: [string, ...string[]] } => ({
  command: ["/bin/sh", "-c", script],
});

function registerLogCases({ driver, submit, run, check, patienceMs }: Trial): void {
  check(
    "standard output and error are one log, in order of arrival, readable from any byte",
    undefined,
    async () => {
      const { log, ref } = await run(shell("echo one; echo two >&2; echo three"));
      assert.equal(log, "one\ntwo\nthree\n");
      assert.equal(await logOf(driver(), ref, patienceMs, 4), "two\nthree\n");
      assert.equal(await logOf(driver(), ref, patienceMs, 1000), "");
    },
  );

  check("a followed log ends with the attempt and misses no byte", undefined, async () => {
    const ref = await submit(
      shell('i=0; while [ $i -lt 2000 ]; do echo "line $i"; i=$((i+1)); done; sleep 0.2; printf last'),
    );
    const options = { follow: true, fromByte: 0, signal: AbortSignal.timeout(patienceMs) };
    const expected = `${Array.from({ length: 2000 }, (_, line) => `line ${line}\n`).join("")}last`;
    assert.equal((await bytesOf(driver().logs(ref, options))).toString(), expected);
  });

  check("bytes that are no text come through unchanged", undefined, async () => {
    const { ref } = await run(shell("printf '\\000\\377\\200\\n\\000'"));
    const options = { follow: false, fromByte: 0, signal: AbortSignal.timeout(patienceMs) };
    assert.deepEqual([...(await bytesOf(driver().logs(ref, options)))], [0, 255, 128, 10, 0]);
  });

  check("a log stays within its limit and says that it was cut; the job goes on", "log-limit", async () => {
    const ended = await run({
      ...shell("head -c 3000000 /dev/zero | tr '\\0' x; exit 5"),
      logLimitBytes: 4096,
    });
    assert.deepEqual(ended.outcome, { type: "exited", exitCode: 5 });
    assert.ok(Buffer.byteLength(ended.log) <= 4096);
    assert.match(ended.log, /^x{100}/);
    assert.match(ended.log, /cut/);
  });
}

function registerInputCases({ run, check, options }: Trial): void {
  check("input files lie in the working directory with their mode", undefined, async () => {
    const folder = await mkdtemp(path.join(options.sharedFolder ?? tmpdir(), "conformance-"));
    try {
      await writeFile(path.join(folder, "tool"), '#!/bin/sh\necho "tool sees $(cat ../data/in.txt)"\n');
      await writeFile(path.join(folder, "in"), "content");
      const ended = await run({
        command: ["./tool"],
        workingDirectory: "bin",
        inputs: [
          { path: "bin/tool", mode: 0o755, source: path.join(folder, "tool") },
          { path: "data/in.txt", mode: 0o644, source: path.join(folder, "in") },
        ],
      });
      assert.equal(ended.log, "tool sees content\n");
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  check(
    "a job whose input is missing was not started, and the words name the file",
    "missing-input",
    async () => {
      const { outcome } = await run({
        inputs: [{ path: "a/lost.csv", mode: 0o644, source: "/no/such/file" }],
      });
      assert.equal(outcome.type, "not-started");
      if (outcome.type === "not-started") assert.match(outcome.reason.en, /a\/lost\.csv/);
    },
  );
}

function registerOutputCases({ driver, run, check }: Trial): void {
  check("output files are those that match, from inside the working directory only", undefined, async () => {
    const make =
      "mkdir -p out/deep other; echo 1 > out/a.txt; echo 22 > out/deep/b.txt; echo 3 > other/c.txt; echo 4 > d.log";
    const links = "ln -s /etc/passwd out/secret.txt; ln -s / out/root; ln -s a.txt out/alias.txt";
    const { ref } = await run({ ...shell(`${make}; ${links}`), outputs: ["out/**", "*.log"] });
    const found = new Map<string, string>();
    for await (const file of driver().outputs(ref, AbortSignal.timeout(30_000))) {
      const content = await bytesOf(file.read());
      assert.equal(content.length, file.bytes);
      found.set(file.path, content.toString());
    }
    assert.deepEqual(Object.fromEntries(found), {
      "d.log": "4\n",
      "out/a.txt": "1\n",
      "out/alias.txt": "1\n",
      "out/deep/b.txt": "22\n",
    });
  });
}

function registerVolumeCases({ run, check, options }: Trial): void {
  check(
    "a volume appears inside the working directory, and what is written to it stays",
    undefined,
    async () => {
      const source = await mkdtemp(path.join(options.sharedFolder ?? tmpdir(), "conformance-"));
      try {
        await chmod(source, 0o777);
        await writeFile(path.join(source, "before"), "there before");
        const volume = { volume: "v", source, mountPath: "deep/data", readOnly: false };
        const variables = { pathVariables: { WHERE: "deep/data" }, workingDirectory: "start" };
        const script = shell('cat ../deep/data/before; echo; cd / && echo written > "$WHERE/after"');
        const { outcome, log } = await run({ ...script, ...variables, volumes: [volume] });
        assert.deepEqual([outcome, log], [{ type: "exited", exitCode: 0 }, "there before\n"]);
        assert.equal(await readFile(path.join(source, "after"), "utf8"), "written\n");
      } finally {
        await rm(source, { recursive: true, force: true });
      }
    },
  );
}
