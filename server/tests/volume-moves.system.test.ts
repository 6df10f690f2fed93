import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { EngineUnreachable } from "@yunhe/domain-compute/driver";
import type { Place } from "@yunhe/domain-compute";
import { sshShell } from "../../drivers/slurm/src/access/ssh.ts";
import { type SshHost, sshMissing, startSshHost } from "../../drivers/slurm/tests/ssh-host.ts";
import { rsyncMover } from "../src/files/rsync.ts";

const rsyncMissing = spawnSync("rsync", ["--version"]).status === 0 ? undefined : "needs the package rsync";
const because = (missing: string | undefined): { skip?: string } => {
  if (missing === undefined) return {};
  if (process.env["YUNHE_CI"] === "1") throw new Error(`continuous integration must have it: ${missing}`);
  return { skip: missing };
};

const mover = rsyncMover();
let folder: string;
afterEach(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "yunhe-moves-"))));
const options = (onProgress: (bytes: number) => void = () => undefined) => ({
  signal: AbortSignal.timeout(60_000),
  onProgress,
});

/** A home with a few files, one of them large enough to see it move. */
function makeHome(): Place {
  const path = join(folder, "home/data");
  mkdirSync(join(path, "deep/er"), { recursive: true });
  writeFileSync(join(path, "name with ' quotes \" and $x.txt"), "云鹤");
  writeFileSync(join(path, "deep/er/run.sh"), "#!/bin/sh\n", { mode: 0o755 });
  writeFileSync(join(path, "large"), Buffer.alloc(3_000_000, "yunhe "));
  symlinkSync("deep/er/run.sh", join(path, "link"));
  return { path };
}

function movesBetween(copyIn: () => Place): void {
  test("a copy has the same content, names, modes and links", async () => {
    const [home, copy] = [makeHome(), copyIn()];
    const { movedBytes } = await mover.move(home, copy, options());
    assert.ok(movedBytes > 0);
    const there = await mover.manifest(copy.path);
    const here = await mover.manifest(home.path);
    const contents = ({ files }: typeof here) => files.map((file) => ({ ...file, mode: 0 }));
    assert.deepEqual(contents(there), contents(here));
    assert.equal(lstatSync(join(copy.path, "deep/er/run.sh")).mode & 0o111, 0o111);
    assert.equal(readlinkSync(join(copy.path, "link")), "deep/er/run.sh");
  });

  test("the last change of a copy is that of its newest file; an empty one has none", async () => {
    const [home, copy] = [makeHome(), copyIn()];
    await mover.move(home, copy, options());
    const newest = join(copy.path, "deep/er/run.sh");
    utimesSync(newest, 2_000_000_000, 2_000_000_000);
    assert.equal(await mover.changedAtMs(copy), 2_000_000_000_000);
    const empty = { ...copy, path: `${copy.path}-empty` };
    assert.equal(await mover.changedAtMs(empty), undefined);
  });

  test("what is there already is not sent again, what is new comes home, what is gone goes", async () => {
    const [home, copy] = [makeHome(), copyIn()];
    await mover.move(home, copy, options());
    assert.ok((await mover.move(home, copy, options())).movedBytes < 10_000);
    writeFileSync(join(copy.path, "result"), "42");
    rmSync(join(copy.path, "large"));
    const { movedBytes } = await mover.move(copy, home, options());
    assert.ok(movedBytes < 10_000);
    assert.deepEqual(readdirSync(home.path).toSorted(), [
      "deep",
      "link",
      "name with ' quotes \" and $x.txt",
      "result",
    ]);
  });

  test("a link that leaves the folder is not taken along", async () => {
    const [home, copy] = [makeHome(), copyIn()];
    await mover.move(home, copy, options());
    symlinkSync("/etc/passwd", join(copy.path, "escape"));
    symlinkSync("../../../outside", join(copy.path, "climb"));
    await mover.move(copy, home, options());
    assert.ok(!existsSync(join(home.path, "escape")) && !existsSync(join(home.path, "climb")));
  });

  test("a copy that vanished with its file system deletes nothing at home", async () => {
    const [home, copy] = [makeHome(), copyIn()];
    await mover.move(home, copy, options());
    rmSync(join(copy.path, ".."), { recursive: true });
    mkdirSync(copy.path, { recursive: true });
    await assert.rejects(mover.move(copy, home, options()), EngineUnreachable);
    assert.ok(existsSync(join(home.path, "large")));
  });

  test("a removed copy is gone; removing it twice is no error", async () => {
    const [home, copy] = [makeHome(), copyIn()];
    await mover.move(home, copy, options());
    await mover.remove(copy);
    await mover.remove(copy);
    assert.deepEqual(readdirSync(join(copy.path, "..")), []);
  });
}

describe("moves of volumes by rsync", because(rsyncMissing), () => {
  describe("to a folder that is mounted here", () => {
    movesBetween(() => ({ path: join(folder, "copies/default/data"), isCopy: true }));
  });

  describe("to another host over SSH", because(sshMissing()), () => {
    let host: SshHost;
    let shell: ReturnType<typeof sshShell>;
    before(async () => {
      host = await startSshHost();
      shell = sshShell(host.config, undefined, "moves");
    });
    after(async () => {
      await shell.close();
      await host.stop();
    });
    const there = (): Place => ({
      path: join(folder, "it's far/default/data"),
      isCopy: true,
      remote: shell.remote,
    });
    movesBetween(there);

    test("a host that does not answer is out of reach, and that is said", async () => {
      const nowhere = sshShell({ ...host.config, port: 1 }, undefined, "moves");
      const copy = { ...there(), remote: nowhere.remote };
      await assert.rejects(mover.move(makeHome(), copy, options()), (error: Error) => {
        assert.ok(error instanceof EngineUnreachable);
        assert.match(error.words.zh, /数据搬运失败/);
        return true;
      });
      await nowhere.close();
    });
  });

  test("a move that is cut off goes on where it stopped", async () => {
    const [home, copy] = [makeHome(), { path: join(folder, "copies/default/data"), isCopy: true }];
    const cut = new AbortController();
    // Slow enough to be cut off in the middle of the large file.
    const moving = mover.move(home, copy, { signal: cut.signal, onProgress: () => cut.abort() });
    await moving.catch(() => undefined);
    await mover.move(home, copy, options());
    assert.deepEqual(
      (await mover.manifest(copy.path)).files.map(({ path }) => path),
      (await mover.manifest(home.path)).files.map(({ path }) => path),
    );
    assert.deepEqual(readFileSync(join(copy.path, "large")), readFileSync(join(home.path, "large")));
  });

  test("a manifest reads again only what changed, and sees every change", async () => {
    const { path } = makeHome();
    const first = await mover.manifest(path);
    assert.deepEqual(await mover.manifest(path), first);
    writeFileSync(join(path, "large"), Buffer.alloc(3_000_000, "other "));
    const second = await mover.manifest(path);
    const digest = (of: typeof first) => of.files.find((file) => file.path === "large");
    assert.notDeepEqual(digest(second), digest(first));
    assert.equal(second.files.length, first.files.length);
  });
});
