import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Cluster, clusterMissing, startCluster } from "../drivers/slurm/tests/cluster.ts";
import { clear, enter, interrupt, openTerminal, type Terminal, terminalMissing } from "./terminal.ts";
import { root, startYunhe } from "./yunhe.ts";

const missing = clusterMissing() ?? terminalMissing();
if (missing !== undefined && process.env["YUNHE_CI"] === "1")
  throw new Error(`continuous integration must have it: ${missing}`);

describe(
  "a person on a terminal who adds a Slurm cluster",
  missing === undefined ? {} : { skip: missing },
  () => {
    let yunhe: Awaited<ReturnType<typeof startYunhe>>;
    let cluster: Cluster;
    before(async () => {
      [cluster, yunhe] = await Promise.all([startCluster({ nodes: 1 }), startYunhe()]);
    });
    after(async () => {
      await yunhe.close();
      await cluster.stop();
    });
    const add = (language: "en" | "zh"): Terminal =>
      openTerminal(
        [
          process.execPath,
          "--disable-warning=ExperimentalWarning",
          join(root, "cli/src/main.ts"),
          "pool",
          "add",
          "--set",
          `slurmConf=${cluster.slurmConf}`,
        ],
        { ...yunhe.environment, YUNHE_LANG: language },
      );
    const answer = async (terminal: Terminal, question: RegExp, text: string): Promise<void> => {
      await terminal.sees(question);
      terminal.types(`${text}${enter}`);
    };
    const poolNames = async (): Promise<string[]> => {
      const { out } = await yunhe.run(["pool", "list"]);
      return out
        .split("\n")
        .slice(1)
        .flatMap((line) => /^\S+/.exec(line)?.[0] ?? []);
    };

    test("is asked, put right, and told what a small task found there", async () => {
      const terminal = add("en");
      await answer(terminal, /What runs it\?/, "");
      await answer(terminal, /Its name/, "My Cluster");
      await answer(terminal, /Lower-case letters, digits and - only\./, `${clear}hpc`);
      await answer(terminal, /SSH address/, "");
      await answer(terminal, /all nodes share/, "yunhe");
      await answer(terminal, /An absolute path, please\./, `${clear}${cluster.workDirectory}`);
      await answer(terminal, /Partition/, "main; true");
      await answer(terminal, /Letters, digits and _/, `${clear}main`);
      await answer(terminal, /Account/, "");
      await answer(terminal, /Region/, "lab");
      await answer(terminal, /Whose law/, "EU");
      assert.equal(await terminal.ended(), 0, terminal.shown());
      assert.match(terminal.shown(), /Adding hpc …/);
      assert.match(terminal.shown(), /A small task ran there, with a file sent and returned\./);
      assert.match(terminal.shown(), /The cluster keeps no accounting/);
      assert.match(terminal.shown(), /Pool hpc takes tasks\./);
      const { out } = await yunhe.run(["get", "pool", "hpc", "-o", "json"]);
      const { spec } = JSON.parse(out) as { spec: Record<string, unknown> };
      const { region, jurisdiction, config } = spec;
      assert.deepEqual(
        { region, jurisdiction, config },
        {
          region: "lab",
          jurisdiction: "EU",
          config: { workDirectory: cluster.workDirectory, partition: "main", slurmConf: cluster.slurmConf },
        },
      );
    });

    test("is asked in Chinese too, and told in it why a pool was not accepted", async () => {
      const terminal = add("zh");
      await answer(terminal, /由什么运行？/, "");
      await answer(terminal, /名称/, "wrong");
      await answer(terminal, /登录节点的 SSH 地址/, "a b");
      await answer(terminal, /格式为 \[用户@\]主机\[:端口\]。/, clear);
      await answer(terminal, /共享的目录/, cluster.workDirectory);
      await answer(terminal, /分区/, "nope");
      await answer(terminal, /计费账户/, "");
      await answer(terminal, /地域/, "");
      await answer(terminal, /适用法域/, "");
      assert.equal(await terminal.ended(), 1, terminal.shown());
      assert.match(terminal.shown(), /资源池 wrong 未通过验收。/);
      assert.match(terminal.shown(), /没有该账户可见的分区“nope”/);
      assert.ok(!(await poolNames()).includes("wrong"));
    });

    test("may stop at any question, and nothing has changed", async () => {
      const terminal = add("en");
      await answer(terminal, /What runs it\?/, "");
      await terminal.sees(/Its name/);
      terminal.types(interrupt);
      assert.equal(await terminal.ended(), 130, terminal.shown());
      assert.match(terminal.shown(), /Nothing was changed\./);
      assert.ok(!(await poolNames()).includes("slurm"));
    });
  },
);
