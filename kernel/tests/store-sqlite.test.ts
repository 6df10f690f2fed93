import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import test from "node:test";
import { type ApiError, openSqliteStore, type SqliteOptions, type Store, verifyAudit } from "@yunhe/kernel";
import { put, refusedAs, sampleKey, sampleWrite, widgets } from "@yunhe/kernel/conformance";

async function inFolder(use: (path: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "yunhe-sqlite-"));
  try {
    await use(join(folder, "yunhe.db"), folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function withStore(options: SqliteOptions, use: (store: Store) => Promise<void>): Promise<void> {
  const store = await openSqliteStore(options);
  try {
    await use(store);
  } finally {
    await store.close();
  }
}

/** Fills the store until it refuses, then checks that it is whole, reads, and takes a small write when there is room. */
async function fillUntilRefused(store: Store): Promise<number> {
  const writes = (round: number) =>
    Array.from({ length: 20 }, (_, index) => sampleWrite(`o${round}-${index}`, { size: 1 }));
  for (let round = 0; ; round += 1) {
    assert.ok(round < 10_000, "the disk never became full");
    const before = store.revision();
    try {
      await store.commit({ writes: writes(round), timeMs: 1 });
    } catch (error) {
      refusedAs("InsufficientStorage")(error);
      assert.equal(store.revision(), before);
      assert.equal(await store.get(sampleKey(`o${round}-0`)), undefined);
      return before;
    }
  }
}

void test("what was committed is there after a restart, with the same history and a whole audit chain", async () => {
  await inFolder(async (path) => {
    await withStore({ path }, async (store) => {
      const { revision } = await put(store, "a");
      await put(store, "a", { expected: revision, size: 5 });
      await put(store, "b");
      await store.compact(2);
    });
    await withStore({ path }, async (store) => {
      assert.deepEqual([store.revision(), store.compactedRevision()], [3, 2]);
      assert.equal((await store.get(sampleKey("a")))?.revision, 2);
      await put(store, "c");
      const { ok, entries } = await verifyAudit(store);
      assert.deepEqual([ok, entries], [true, 4]);
    });
  });
});

void test("an idempotency key lives for a day of the server's own time, whatever restarts and the wall clock say", async () => {
  await inFolder(async (path) => {
    const hourMs = 3_600_000;
    const claimed = (key: string) => ({ idempotency: { scope: "s", key, bodySha256: "b" } });
    /** A run of the server: its monotonic clock starts anew. Whether the first request was known when it began and when it ended. */
    const run = async (hours: number, timeMs: number): Promise<readonly boolean[]> => {
      let nowMs = 5 * hourMs;
      const known: boolean[] = [];
      await withStore({ path, clock: { monotonicMs: () => nowMs } }, async (store) => {
        const isKnown = async (): Promise<boolean> => {
          const check = [{ key: sampleKey("a"), expected: -1 }];
          const ask = { writes: [], checks: check, timeMs, ...claimed("first") };
          return store.commit(ask).then(
            ({ replayed }) => replayed,
            () => false,
          );
        };
        known.push(await isKnown());
        if (!known[0]) await put(store, `a${timeMs}`, {}, { ...claimed("first"), timeMs });
        nowMs += hours * hourMs;
        // Something else that is claimed: from there the next run goes on.
        await put(store, `b${timeMs}`, {}, { ...claimed(`other-${timeMs}`), timeMs });
        await store.compact(store.revision());
        known.push(await isKnown());
      });
      return known;
    };
    assert.deepEqual(await run(20, 1), [false, true]);
    assert.deepEqual(await run(3, 1e15), [true, true]);
    assert.deepEqual(await run(1, 2), [true, false]);
  });
});

void test("a restarted server need not wait for the lease of the one before, which the data lock proves dead", async () => {
  await inFolder(async (path) => {
    const request = { name: "leader", ttlMs: 1e9, nowMs: 0 };
    await withStore({ path }, async (store) => void (await store.acquireLease({ ...request, holder: "a" })));
    await withStore({ path }, async (store) => {
      assert.equal((await store.acquireLease({ ...request, holder: "b" }))?.epoch, 2);
    });
  });
});

void test("a second server on the same data is refused and told by whom", async () => {
  await inFolder(async (path) => {
    await withStore({ path }, async (store) => {
      await assert.rejects(openSqliteStore({ path }), (error: ApiError) => {
        refusedAs("ServiceUnavailable")(error);
        assert.match(error.words.en, new RegExp(`in use by another server \\(process ${process.pid}\\)`));
        return true;
      });
      const script = `import { openSqliteStore } from "@yunhe/kernel";
        await openSqliteStore({ path: ${JSON.stringify(path)} }).catch((error) => console.log(error.words.en));`;
      const other = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
      assert.match(other.stdout, /in use by another server/);
      await put(store, "still-works");
    });
    await withStore({ path }, async (store) => assert.equal(store.revision(), 1));
  });
});

void test("a file that is not ours, newer than ours or damaged is refused and left alone", async () => {
  await inFolder(async (path, folder) => {
    const foreign = join(folder, "foreign.db");
    const database = new DatabaseSync(foreign);
    database.exec("CREATE TABLE t (x); INSERT INTO t VALUES (1)");
    database.close();
    await assert.rejects(openSqliteStore({ path: foreign }), /not one of Yunhe/);
    await withStore({ path }, async () => {});
    const newer = new DatabaseSync(path);
    newer.exec("PRAGMA user_version = 99");
    newer.close();
    await assert.rejects(openSqliteStore({ path }), /schema version 99/);
    const text = join(folder, "text.db");
    await writeFile(text, "this is no database at all, but long enough to look at".repeat(100));
    await assert.rejects(openSqliteStore({ path: text }), refusedAs("ServiceUnavailable"));
  });
});

void test("nobody but its owner can read the file, and a folder that cannot be made is named", async () => {
  await inFolder(async (path, folder) => {
    await withStore({ path }, async (store) => {
      await put(store, "a");
      const modes = ["", "-wal"].map((suffix) => statSync(path + suffix).mode & 0o777);
      assert.deepEqual(modes, [0o600, 0o600]);
    });
    await writeFile(join(folder, "file"), "");
    const below = join(folder, "file", "yunhe.db");
    await assert.rejects(openSqliteStore({ path: below }), (error: ApiError) => {
      refusedAs("ServiceUnavailable")(error);
      return error.words.en.includes(below);
    });
  });
});

void test("the write-ahead log stays bounded while writes go on", async () => {
  await inFolder(async (path) => {
    await withStore({ path, checkpoint: { startFrames: 100, waitFrames: 1000 } }, async (store) => {
      const revisions = new Map<string, number>();
      for (let round = 0; round < 150; round += 1) {
        await Promise.all(
          Array.from({ length: 32 }, async (_, index) => {
            const expected = revisions.get(`o${index}`) ?? 0;
            const { revision } = await put(store, `o${index}`, { expected, size: round });
            revisions.set(`o${index}`, revision);
          }),
        );
      }
      const frames = statSync(`${path}-wal`).size / 4120;
      assert.ok(frames < 1500, `${frames} frames`);
      assert.ok(statSync(path).size > 1_000_000, "the log was copied back");
      assert.equal((await store.list({ kind: widgets })).items.length, 32);
    });
  });
});

void test("a full database refuses writes with InsufficientStorage, changes nothing and goes on reading", async () => {
  await inFolder(async (path) => {
    let full = 0;
    await withStore({ path, maxPages: 100 }, async (store) => {
      full = await fillUntilRefused(store);
      assert.equal((await store.get(sampleKey("o0-0")))?.revision, 1);
      assert.ok((await verifyAudit(store)).ok);
    });
    await withStore({ path }, async (store) => {
      assert.equal(store.revision(), full);
      await put(store, "room-again");
    });
  });
});

void test("a really full disk does the same, and writes go on when there is room again", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "yunhe-full-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", folder]);
  if (mounted.status !== 0) {
    await rm(folder, { recursive: true });
    return t.skip("needs root to mount a small tmpfs");
  }
  try {
    const ballast = join(folder, "ballast");
    await writeFile(ballast, Buffer.alloc(300_000));
    await withStore({ path: join(folder, "data", "yunhe.db") }, async (store) => {
      const full = await fillUntilRefused(store);
      await rm(ballast);
      await put(store, "room-again");
      assert.equal(store.revision(), full + 1);
      assert.ok((await verifyAudit(store)).ok);
    });
  } finally {
    spawnSync("umount", [folder]);
    await rm(folder, { recursive: true });
  }
});

void test("a write that fails for another reason stops the store for good and is told", async () => {
  await inFolder(async (path, folder) => {
    await mkdir(join(folder, "data"));
    // A limit on the size of files makes write(2) fail with EFBIG: to SQLite an I/O error like any other.
    const script = `import { openSqliteStore } from "@yunhe/kernel";
      import { put } from "@yunhe/kernel/conformance";
      let told = 0;
      const store = await openSqliteStore({ path: ${JSON.stringify(path)}, onFatal: () => (told += 1) });
      let committed = 0;
      let first;
      while (first === undefined) await put(store, "o" + committed).then(() => (committed += 1), (error) => (first = error));
      const later = await put(store, "later").catch((error) => error);
      const read = await store.get({ kind: "widgets.example.dev", namespace: "shop", name: "o0" }).catch((error) => error);
      console.log(JSON.stringify({ committed, told, reasons: [first.reason, later.reason, read.reason], cause: String(first.cause) }));
      process.exit(0);`;
    const command = 'ulimit -f 400; exec "$0" --input-type=module -e "$1"';
    const run = spawnSync("sh", ["-c", command, process.execPath, script], { encoding: "utf8" });
    assert.equal(run.stderr, "");
    const result = JSON.parse(run.stdout) as {
      committed: number;
      told: number;
      reasons: string[];
      cause: string;
    };
    assert.equal(result.told, 1);
    assert.deepEqual(new Set(result.reasons), new Set(["ServiceUnavailable"]));
    assert.match(result.cause, /disk I\/O error/);
    await withStore({ path }, async (store) => {
      assert.ok(store.revision() >= result.committed);
      assert.ok((await verifyAudit(store)).ok);
    });
  });
});
