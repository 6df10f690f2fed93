import { ApiError, type Draft, type Objects } from "@yunhe/kernel";
import { poolKind, queueKind } from "@yunhe/domain-compute";

/** What a first start needs to run a task: this machine as a pool, and a queue. Made once, then the operator's own. */
export async function ensureDefaults(objects: Objects): Promise<void> {
  const drafts: Draft[] = [];
  if ((await objects.list(poolKind)).length === 0) {
    drafts.push({
      type: "create",
      kind: poolKind,
      object: { metadata: { name: "local" }, spec: { driver: "process" } },
    });
  }
  if ((await objects.list(queueKind)).length === 0) {
    drafts.push({ type: "create", kind: queueKind, object: { metadata: { name: "default" }, spec: {} } });
  }
  if (drafts.length === 0) return;
  await objects.commit(drafts, { actor: "system:defaults" }).catch((error: unknown) => {
    if (!(error instanceof ApiError) || error.reason !== "AlreadyExists") throw error;
  });
}
