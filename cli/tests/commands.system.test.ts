import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { DatabaseSync } from "node:sqlite";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { command, root, startYunhe } from "../../tests/yunhe.ts";

const has = (program: string): boolean => {
  try {
    execFileSync("sh", ["-c", `command -v ${program}`]);
    return true;
  } catch {
    return false;
  }
};

describe("yunhe, the command line", () => {
  let yunhe: Awaited<ReturnType<typeof startYunhe>>;
  before(async () => (yunhe = await startYunhe()));
  after(() => yunhe.close());
  const done = async (...args: string[]): Promise<string> => {
    const { code, out, error } = await yunhe.run(args);
    assert.equal(code, 0, error);
    return out;
  };

  test("every command explains itself, in both languages", async () => {
    const names = [...(await done("help")).matchAll(/^ {2}([a-z]+(?: [a-z]+)*) {2,}\S/gm)].map(
      ([, name]) => name!,
    );
    assert.ok(names.length > 20, names.join(", "));
    for (const name of names.slice(0, 6)) {
      assert.match(await done("help", ...name.split(" ")), new RegExp(`^Usage: yunhe ${name}`));
      assert.match(
        await done("help", "--lang", "zh", ...name.split(" ")),
        new RegExp(`^用法: yunhe ${name}`),
      );
    }
  });

  test("objects are made, shown, changed and deleted like any other kind", async () => {
    const queue = (weight: number): string =>
      `apiVersion: compute.yunhe.dev/v1\nkind: Queue\nmetadata: {name: research}\nspec: {weight: ${weight}}\n`;
    const apply = (text: string, ...more: string[]) =>
      yunhe.run(["apply", "-f", "-", ...more], { input: text });
    assert.equal((await apply(queue(3), "--dry-run")).out, "queue/research is right\n");
    assert.equal((await yunhe.run(["get", "queue", "research"])).code, 5);
    assert.equal((await apply(queue(3))).out, "queue/research applied\n");
    assert.match(await done("get", "queues", "-o", "yaml"), /weight: 3/);
    assert.equal(
      (JSON.parse(await done("get", "queue/research", "-o", "json")) as { spec: { weight: number } }).spec
        .weight,
      3,
    );
    assert.match(await done("describe", "queue", "research"), /weight: 3/);
    writeFileSync(join(yunhe.folder, "edit.sh"), "sed -i 's/weight: 3/weight: 5/' $1\n");
    const edited = await yunhe.run(["edit", "queue", "research"], {
      env: { EDITOR: `sh ${join(yunhe.folder, "edit.sh")}` },
    });
    assert.equal(edited.out, "queue/research changed\n", edited.error);
    assert.match(await done("get", "queue", "research", "-o", "yaml"), /weight: 5/);
    assert.equal(await done("delete", "queue", "research"), "queue/research deleted\n");
    assert.match(await done("explain", "task.spec.resources"), /cpus <.*> = 1\n\s+CPU cores\./);
  });

  test("`login` remembers server and token for its user alone, and `logout` forgets them", async () => {
    const token = readFileSync(join(yunhe.directory, "admin.token"), "utf8");
    const env = { YUNHE_SERVER: "", YUNHE_DATA: join(yunhe.folder, "elsewhere") };
    const wrong = await yunhe.run(["login", yunhe.address], { input: "yh_nonsense\n", env });
    assert.equal(wrong.code, 4);
    assert.equal((await yunhe.run(["login", yunhe.address], { input: token, env })).code, 0);
    const file = join(yunhe.folder, "home/.config/yunhe/credentials.json");
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal((await yunhe.run(["get", "pools"], { env })).code, 0);
    await done("logout");
    assert.notEqual((await yunhe.run(["get", "pools"], { env })).code, 0);
  });

  test("a restart keeps what was stored and the token that was made", async () => {
    const before = readFileSync(join(yunhe.directory, "admin.token"), "utf8");
    await done("run", "--name", "kept", "echo", "kept");
    await yunhe.stop();
    await yunhe.restart();
    assert.equal(readFileSync(join(yunhe.directory, "admin.token"), "utf8"), before);
    assert.equal(await done("logs", "kept"), "kept\n");
  });

  test("an action of a kind is done by name, and a token that it gave works", async () => {
    const issued = JSON.parse(
      await done("act", "user", "admin", "issue-token", "--set", "ttlSeconds=600", "-o", "json"),
    ) as { token: string };
    const env = { YUNHE_TOKEN: issued.token };
    assert.equal((await yunhe.run(["get", "pools"], { env })).code, 0);
    const unknown = await yunhe.run(["act", "user", "admin", "fly"]);
    assert.deepEqual(
      [unknown.code, unknown.error],
      [5, "User has no action fly.\nThere are: issue-token, sign-in-link.\n"],
    );
  });

  test("a backup of the running server is a data folder of its own", async () => {
    await done("run", "--name", "saved", "--output", "note", "sh", "-c", "echo saved > note");
    const copy = join(yunhe.folder, "copy");
    await done("backup", copy);
    assert.equal(statSync(join(copy, "yunhe.db")).mode & 0o777, 0o600);
    assert.equal((await yunhe.run(["backup", copy])).code, 1);
    assert.match(await done("audit", "verify", "--data", copy), /unbroken/);
    const second = await startYunhe({ directory: copy });
    try {
      const { error, code } = await second.run(["outputs", "saved", "back"]);
      assert.equal(code, 0, error);
      assert.equal(readFileSync(join(second.folder, "back/note"), "utf8"), "saved\n");
    } finally {
      await second.close();
    }
  });

  test("shells complete commands, options, kinds and the names of tasks", async () => {
    const complete = async (...typed: string[]): Promise<string[]> =>
      (await done("__complete", "--", ...typed)).trim().split("\n");
    assert.deepEqual(await complete("comp"), ["completion"]);
    assert.ok((await complete("run", "--gp")).includes("--gpus"));
    assert.ok((await complete("get", "po")).includes("pools"));
    assert.deepEqual(await complete("logs", "ke"), ["kept"]);
    assert.deepEqual(await complete("run", "--prefer", "low"), ["low-carbon"]);
    assert.deepEqual(await complete("run", "--queue", "def"), ["default"]);
    for (const shell of ["bash", "zsh", "fish"]) assert.match(await done("completion", shell), /__complete/);
    const script = join(yunhe.folder, "completion.bash");
    writeFileSync(script, await done("completion", "bash"));
    const bash = `source ${script}; yunhe() { node ${join(root, "tools/node.mjs")} cli/src/main.ts "$@"; }; COMP_WORDS=(yunhe can); COMP_CWORD=1; _yunhe; echo "\${COMPREPLY[@]}"`;
    const { out, error } = await command("bash", ["-c", bash], {
      env: { ...yunhe.environment },
      cwd: yunhe.folder,
    });
    assert.equal(out, "cancel\n", error);
  });

  test(
    "kubectl works through `yunhe kubeconfig`",
    { skip: !has("kubectl") && "kubectl is not on PATH (may skip in CI)" },
    async () => {
      const file = join(yunhe.folder, "kubeconfig");
      writeFileSync(file, await done("kubeconfig"));
      const kubectl = (...args: string[]) =>
        command("kubectl", ["--kubeconfig", file, `--cache-dir=${join(yunhe.folder, "cache")}`, ...args], {
          env: { ...yunhe.environment },
        });
      const listed = await kubectl("get", "tasks");
      assert.match(listed.out, /^kept +Succeeded/m, listed.error);
      const manifest = join(yunhe.folder, "task.yaml");
      writeFileSync(
        manifest,
        "apiVersion: compute.yunhe.dev/v1\nkind: Task\nmetadata: {name: by-kubectl}\nspec: {command: [echo, hello]}\n",
      );
      const applied = await kubectl("apply", "-f", manifest);
      assert.equal(applied.code, 0, applied.error);
      const waited = await kubectl(
        "wait",
        "--for=jsonpath={.status.phase}=Succeeded",
        "task/by-kubectl",
        "--timeout=60s",
      );
      assert.equal(waited.code, 0, waited.error);
      assert.equal(await done("logs", "by-kubectl"), "hello\n");
      assert.match((await kubectl("explain", "task.spec.command")).out, /Program and arguments/);
      assert.equal((await kubectl("delete", "task", "by-kubectl")).code, 0);
    },
  );

  test("`audit` tells who did what, and `audit verify` notices when somebody changed it", async () => {
    const { items } = {
      items: JSON.parse(await done("audit", "-o", "json")) as { verb: string; name: string; actor: string }[],
    };
    assert.ok(
      items.some(({ verb, name, actor }) => verb === "create" && name === "kept" && actor === "user:admin"),
      JSON.stringify(items.slice(0, 5)),
    );
    const sound = JSON.parse(await done("audit", "verify", "-o", "json")) as { ok: boolean; entries: number };
    assert.ok(sound.ok && sound.entries > 5);
    await yunhe.stop();
    const database = new DatabaseSync(join(yunhe.directory, "yunhe.db"));
    database.exec(
      "UPDATE audit SET actor = 'user:nobody' WHERE sequence = (SELECT max(sequence) - 2 FROM audit)",
    );
    database.close();
    const { code, out } = await yunhe.run(["audit", "verify"]);
    assert.equal(code, 6, out);
    assert.match(out, /Broken at entry \d+/);
    await yunhe.restart();
  });
});
