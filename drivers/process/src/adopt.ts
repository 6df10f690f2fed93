import { renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { AttemptId } from "@yunhe/domain-compute/driver";
import type { StoredJob } from "./attempt.ts";
import { sweepCgroups } from "./cgroups.ts";
import { doneFolder, folderNames, loadMeters, newAttempt } from "./engine.ts";
import type { Engine } from "./engine.ts";
import { attemptFiles, readEnding, readJson, readStart } from "./journal.ts";
import { inspect } from "./lifecycle.ts";
import { bootId } from "./process-table.ts";
import { settleWithout } from "./settle.ts";
import { launch } from "./submit.ts";

/** Takes over what a former driver left in `live/`, at whatever step it stopped. */
export async function adoptAll(engine: Engine): Promise<void> {
  const meters = loadMeters(engine.directory);
  const starts: Promise<void>[] = [];
  for (const name of folderNames(path.join(engine.directory, "live"))) {
    const id = name as AttemptId;
    const files = attemptFiles(path.join(engine.directory, "live", name));
    if (readEnding(files) !== undefined) {
      writeFileSync(files.launch, "");
      renameSync(files.folder, doneFolder(engine, name));
      continue;
    }
    const job = readJson<StoredJob>(files.job);
    if (job === undefined) {
      // Still being prepared when its driver stopped: nothing of it was started.
      rmSync(files.folder, { recursive: true, force: true });
      continue;
    }
    const attempt = newAttempt(engine, id, meters[name]);
    attempt.job = job;
    if (job.timeLimitMs !== undefined) engine.warden.watch();
    if (job.sharedDevice !== undefined) engine.sharing.mps?.adopt(job.sharedDevice, id);
    starts.push(adoptOne(engine, id));
  }
  await Promise.all(starts);
  await engine.sharing.mps?.sweep();
  if (engine.cgroups !== undefined) sweepCgroups(engine.cgroups.root, (name) => inUse(engine, name));
}

function inUse(engine: Engine, name: string): boolean {
  const held = [...engine.live.values()].flatMap((attempt) =>
    Object.values(attempt.job?.cgroup?.folders ?? {}),
  );
  return engine.cgroups?.isIdle(name) === true || held.some((folder) => path.basename(folder) === name);
}

async function adoptOne(engine: Engine, id: AttemptId): Promise<void> {
  const attempt = engine.live.get(id)!;
  const start = readStart(attempt.files);
  if (start.type === "started") return inspect(engine, attempt);
  if (start.type === "barred") return settleWithout(engine, attempt, { type: "cancelled" });
  if (attempt.job!.bootId === bootId) return launch(engine, attempt);
  await settleWithout(engine, attempt, {
    type: "node-lost",
    reason: { en: "The machine restarted before the attempt began.", zh: "尝试开始之前本机重新启动。" },
  });
}
