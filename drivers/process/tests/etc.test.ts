import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { prepareEtc } from "../src/etc.ts";

test("the sandbox's /etc is copied once, and anew when something of it changes or a copy was cut off", () => {
  const directory = mkdtempSync(path.join(tmpdir(), "yunhe-etc-"));
  try {
    const first = prepareEtc(directory, 65_534, 65_534, true);
    assert.match(readFileSync(path.join(first, "passwd"), "utf8"), /^task:x:65534:/m);
    assert.equal(prepareEtc(directory, 65_534, 65_534, true), first);
    const other = prepareEtc(directory, 1000, 1000, false);
    assert.notEqual(other, first);
    assert.ok(existsSync(first), "what a running attempt began with stays");
    rmSync(`${other}.state`);
    assert.notEqual(prepareEtc(directory, 1000, 1000, false), other);
    const alone = prepareEtc(directory, 7, 7, true);
    assert.match(readFileSync(path.join(alone, "passwd"), "utf8"), /^task:x:7:/m);
    assert.ok(!existsSync(other), "with nothing running, older ones go");
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
