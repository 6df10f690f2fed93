import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { object, tasksOf } from "../../tests/objects.ts";
import { startYunhe } from "../../tests/yunhe.ts";

/** Every refusal: its exit code, what it says, and that nothing was stored. */
describe("bad input to the command line", () => {
  let yunhe: Awaited<ReturnType<typeof startYunhe>>;
  before(async () => (yunhe = await startYunhe()));
  after(async () => {
    const { items } = await tasksOf(yunhe.client).list({ namespace: "default" });
    await yunhe.close();
    assert.deepEqual(items, [], "nothing that was refused left anything behind");
  });

  const task = (spec: Record<string, unknown>, name = "bad") =>
    JSON.stringify(object("Task", name, { command: ["true"], ...spec }));
  const apply = (input: string) => yunhe.run(["apply", "-f", "-"], { input });

  async function refused(
    run: ReturnType<typeof apply>,
    code: number,
    ...says: readonly RegExp[]
  ): Promise<void> {
    const outcome = await run;
    for (const pattern of says) assert.match(outcome.error, pattern);
    assert.equal(outcome.code, code, outcome.error);
    assert.doesNotMatch(outcome.error, /\n {4}at /, "people are shown no stack");
  }

  test("a command that there is not, an option that there is not, and an argument that is missing", async () => {
    await refused(yunhe.run(["rnu", "true"]), 2, /There is no command rnu/, /yunhe help/);
    await refused(yunhe.run(["run", "--gpu", "1", "true"]), 2, /--gpu/);
    await refused(yunhe.run(["run"]), 2, /Name a command to run/);
    await refused(yunhe.run(["get"]), 2, /Name a kind/);
    await refused(yunhe.run(["get", "taskss"]), 5, /There is no kind taskss/, /tasks, /);
  });

  test("values that a command can judge alone", async () => {
    await refused(
      yunhe.run(["run", "--gpus", "1.5", "true"]),
      2,
      /whole GPUs, or for a share of one below 1/,
    );
    await refused(
      yunhe.run(["run", "--gpus", "some", "true"]),
      2,
      /--gpus is a number such as 2 or 0\.5, not some/,
    );
    await refused(yunhe.run(["run", "--array", "many", "true"]), 2, /--array is a whole number/);
    await refused(yunhe.run(["run", "--env", "NOT_SET_ANYWHERE", "true"]), 2, /NAME=VALUE/);
    await refused(yunhe.run(["run", "--volume", "data", "true"]), 2, /NAME:PATH\[:ro\]/);
    await refused(yunhe.run(["-o", "xml", "get", "tasks"]), 2, /-o is json, yaml, wide or name/);
    await refused(yunhe.run(["--lang", "fr", "get", "tasks"]), 2, /--lang is en or zh/);
  });

  test("an input file that is missing", async () => {
    await refused(
      yunhe.run(["run", "--file", "nowhere.txt", "true"]),
      1,
      /nowhere\.txt cannot be read/,
      /nothing was submitted/,
    );
    writeFileSync(join(yunhe.folder, "from.yaml"), task({ inputs: [{ from: "gone.txt" }] }));
    await refused(
      yunhe.run(["apply", "-f", "from.yaml"]),
      1,
      /gone\.txt cannot be read/,
      /spec\.inputs\[0\]\.from, task bad/,
    );
  });

  test("a wrong unit, an unknown field, a wrong type: each names the field and what is right", async () => {
    await refused(yunhe.run(["run", "--memory", "2GB", "true"]), 6, /spec\.resources\.memory: .*"512Mi"/);
    await refused(yunhe.run(["run", "--cpus", "two", "true"]), 6, /spec\.resources\.cpus: .*"500m"/);
    await refused(yunhe.run(["run", "--timeout", "1 hour", "true"]), 6, /spec\.timeout: .*"1h30m"/);
    await refused(apply(task({ comand: ["true"] })), 6, /spec\.comand: unknown field/);
    await refused(apply(task({ priority: "high" })), 6, /spec\.priority: .*(whole )?(number|integer)/i);
    await refused(apply(task({ command: "true" })), 6, /spec\.command: /);
    await refused(
      apply(task({ inputs: [{ path: "../x", content: "" }] })),
      6,
      /spec\.inputs\[0\]\.path: .*without `\.\.`/,
    );
  });

  test("a name that is not DNS-safe, and a project that there is not", async () => {
    await refused(yunhe.run(["run", "--name", "My_Task", "true"]), 6, /metadata\.name: /);
    await refused(yunhe.run(["run", "-n", "nowhere", "true"]), 5, /nowhere/);
  });

  test("YAML that explodes, is broken, has a key twice, or is no object", async () => {
    const bomb = ["a: &a [x, x, x, x, x, x, x, x, x, x]"];
    for (let i = 1; i < 12; i++)
      bomb.push(`${"abcdefghijkl"[i]}: &${"abcdefghijkl"[i]} [${`*${"abcdefghijkl"[i - 1]}, `.repeat(10)}]`);
    await refused(apply(bomb.join("\n")), 6, /A manifest is not right/, /nothing was applied/);
    await refused(apply("kind: Task\n  broken: ["), 6, /A manifest is not right/);
    await refused(apply("kind: Task\nkind: Task\n"), 6, /A manifest is not right.*unique/);
    await refused(apply("just words"), 6, /apiVersion is missing/);
    await refused(
      apply('{"apiVersion": "v9", "kind": "Nothing", "metadata": {"name": "x"}}'),
      6,
      /no kind Nothing in v9/,
    );
    await refused(
      yunhe.run(["apply", "-f", "nowhere.yaml"]),
      1,
      /A manifest cannot be read/,
      /nowhere\.yaml/,
    );
  });

  test("one bad document among good ones: those before it are named, nothing of a file that cannot be read is applied", async () => {
    await refused(apply(`${task({}, "good")}\n---\nkind: Task\n`), 6, /Document 2/, /nothing was applied/);
  });

  test("a body of 20 MB, and JSON that is nested 10,000 deep", async () => {
    const deep = `${"[".repeat(10_000)}${"]".repeat(10_000)}`;
    await refused(apply(task({ env: { BIG: "x".repeat(20_000_000) } })), 1, /large|MiB|bytes/i);
    await refused(
      apply(`{"apiVersion":"compute.yunhe.dev/v1","kind":"Task","metadata":{"name":"deep"},"spec":${deep}}`),
      6,
      /deep|nest|not right/i,
    );
  });

  test("a server that is not there, a token that is wrong", async () => {
    await refused(
      yunhe.run(["get", "tasks", "--server", "http://127.0.0.1:9"]),
      3,
      /No Yunhe server answered/,
      /http:\/\/127\.0\.0\.1:9/,
      /yunhe up/,
    );
    await refused(
      yunhe.run(["get", "tasks"], { env: { YUNHE_TOKEN: "yh_wrong" } }),
      4,
      /Sign in with `yunhe login`/,
    );
  });

  test("the same in Chinese, asked for by option or by the shell's language", async () => {
    await refused(yunhe.run(["--lang", "zh", "rnu"]), 2, /没有命令 rnu/);
    await refused(
      yunhe.run(["run", "--memory", "2GB", "true"], { env: { LANG: "zh_CN.UTF-8" } }),
      6,
      /spec\.resources\.memory: .*大小写作/,
    );
    const { out } = await yunhe.run(["help", "--lang", "zh"]);
    assert.match(out, /用法: yunhe/);
  });
});
