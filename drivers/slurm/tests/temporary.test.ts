import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { makeTemporary, removeTemporary, sweepTemporary } from "../src/access/temporary.ts";

// Owners of this test alone: the folder is everybody's.
const [ours, theirs] = [randomBytes(8).toString("hex"), randomBytes(8).toString("hex")];
const made: string[] = [];
after(() => {
  for (const each of made) rmSync(each, { recursive: true, force: true });
});

/** As a process that is dead by now would have left it. */
function left(name: string): string {
  const folder = path.join(tmpdir(), name);
  mkdirSync(folder);
  made.push(folder);
  writeFileSync(path.join(folder, "shared"), "");
  return folder;
}

test("what a killed process of the same owner has left goes; what is in use, of others or no folder of ours stays", () => {
  const dead = Number(execFileSync("sh", ["-c", "echo $$"], { encoding: "utf8" }));
  const gone = [
    `yunhe-ssh-${ours}-${dead}-abc123`,
    `yunhe-stage-${ours}-${dead}-ABCdef`,
    `yunhe-ssh-${ours}-${process.pid}-older1`,
  ];
  const others = [
    `yunhe-ssh-${theirs}-${dead}-abc123`,
    `yunhe-ssh-${ours}-${process.ppid}-abc123`,
    `yunhe-ssh-${ours}-notes`,
    `x-yunhe-ssh-${ours}-${dead}-abc123`,
  ];
  const [goners, stayers] = [gone.map(left), others.map(left)];
  const mine = makeTemporary("ssh", ours);
  const link = path.join(tmpdir(), `yunhe-ssh-${ours}-${dead}-linked`);
  symlinkSync(stayers[0]!, link);
  made.push(link, mine);
  sweepTemporary(ours);
  assert.deepEqual(goners.filter(existsSync), []);
  assert.deepEqual(
    [...stayers, link, mine].filter((each) => !existsSync(each)),
    [],
  );
  removeTemporary(mine);
  assert.equal(existsSync(mine), false);
});
