import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { makeTemporary, removeTemporary, sweepTemporary } from "../src/access/temporary.ts";

const before = process.env["TMPDIR"];
const folder = mkdtempSync(path.join(tmpdir(), "yunhe-temporary-"));
process.env["TMPDIR"] = folder;
after(() => {
  if (before === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = before;
  rmSync(folder, { recursive: true });
});

/** As a process that is dead by now would have left it. */
function left(name: string): string {
  const made = path.join(folder, name);
  mkdirSync(made);
  writeFileSync(path.join(made, "shared"), "");
  return made;
}

test("what a killed process of the same owner has left goes; what is in use, of others or no folder of ours stays", () => {
  const dead = Number(execFileSync("sh", ["-c", "echo $$"], { encoding: "utf8" }));
  const gone = [
    `yunhe-ssh-aa11-${dead}-abc123`,
    `yunhe-stage-aa11-${dead}-ABCdef`,
    `yunhe-ssh-aa11-${process.pid}-older1`,
  ];
  const others = [
    `yunhe-ssh-bb22-${dead}-abc123`,
    `yunhe-ssh-aa11-${process.ppid}-abc123`,
    "yunhe-ssh-aa11-notes",
    `x-yunhe-ssh-aa11-${dead}-abc123`,
  ];
  const [goners, stayers] = [gone.map(left), others.map(left)];
  const mine = makeTemporary("ssh", "aa11");
  const link = path.join(folder, `yunhe-ssh-aa11-${dead}-linked`);
  symlinkSync(stayers[0]!, link);
  sweepTemporary("aa11");
  assert.deepEqual(goners.filter(existsSync), []);
  assert.deepEqual(
    [...stayers, link, mine].filter((each) => !existsSync(each)),
    [],
  );
  removeTemporary(mine);
  assert.equal(existsSync(mine), false);
});
