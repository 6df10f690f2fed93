import assert from "node:assert/strict";
import { test } from "node:test";
import { taskKind } from "@yunhe/domain-compute";
import { projectKind } from "@yunhe/domain-identity";
import { openIdentityServer } from "./identity-server.ts";

interface Answer {
  readonly fleet: { readonly queues: readonly { readonly name: string }[] };
  readonly tasks: readonly { readonly id: string; readonly project: string; readonly durationMs: number }[];
}

test("history tells the tasks that ended, and only those of one's own projects", async (context) => {
  const server = await openIdentityServer(context);
  const ran = {
    phase: "Succeeded",
    attempts: 1,
    countedFailures: 0,
    startedAt: "2026-03-01T10:00:00.000Z",
    endedAt: "2026-03-01T10:05:00.000Z",
  };
  const resources = { cpus: 1, memory: "1Gi" };
  for (const namespace of ["alpha", "beta"]) {
    await server.create(projectKind, { metadata: { name: namespace }, spec: {} });
    const spec = { command: ["true"], queue: "gone", resources };
    await server.create(taskKind, { metadata: { name: "over", namespace }, spec, status: ran });
    await server.create(taskKind, { metadata: { name: "waits", namespace }, spec });
  }
  await server.user("ada", { project: "viewer" });
  await server.user("root", { cluster: "admin" });
  const ask = async (user: string, query = ""): Promise<Answer> => {
    const headers = { authorization: `Bearer ${await server.token(user)}` };
    const answer = await fetch(`${server.address}/yunhe/v1/history${query}`, { headers });
    assert.equal(answer.status, 200, await answer.clone().text());
    return (await answer.json()) as Answer;
  };
  const idsOf = ({ tasks }: Answer): string[] => tasks.map(({ id }) => id);
  const own = await ask("ada");
  assert.deepEqual(idsOf(own), ["alpha/over"]);
  assert.deepEqual(idsOf(await ask("ada", "?project=beta")), []);
  assert.deepEqual(idsOf(await ask("root")), ["alpha/over", "beta/over"]);
  assert.deepEqual(idsOf(await ask("root", "?project=beta")), ["beta/over"]);
  assert.equal(own.tasks[0]!.durationMs, 300_000);
  assert.deepEqual(
    own.fleet.queues.map(({ name }) => name),
    ["gone"],
  );
});
