import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ApiError } from "@yunhe/kernel";
import { verifyBundle } from "@yunhe/evaluation";
import { dataSetKind, evaluationKind, indexSpecificationKind, type WorkResult } from "../src/index.ts";
import { openWorld, trial, values, type World } from "./world.ts";

let world: World;
before(async () => (world = await openWorld()));
after(() => world.close());

const rows = [
  ["a", 10, 30],
  ["b", 16, 10],
  ["c", 40, 20],
] as const;
const ended = (evaluation: { status?: { phase: string } | undefined }): boolean =>
  ["Succeeded", "Failed", "Cancelled"].includes(evaluation.status?.phase ?? "");
const inline = (specification: string, data = values(rows)): Record<string, unknown> => ({
  specification,
  source: { type: "inline", data },
});

describe("evaluations", () => {
  test("a specification, a data set and a run give scores, intervals and a bundle that recomputes", async () => {
    await world.create(indexSpecificationKind, "one", { definition: trial() });
    await world.create(dataSetKind, "one", inline("one"));
    await world.create(evaluationKind, "one", {
      specification: "one",
      dataSet: "one",
      robustness: { index: "total", seed: 9, sobolPoints: 16 },
    });
    const { status } = await world.when(evaluationKind, "one", ended);
    assert.equal(status?.phase, "Succeeded", JSON.stringify(status));
    assert.deepEqual(
      status.ranking?.entities.map(({ entity, rank, score }) => [entity, rank, score]),
      [
        ["c", 1, 75],
        ["b", 2, 60],
        ["a", 3, 0],
      ],
    );
    assert.ok(status.ranking.entities.every(({ lowerRank, upperRank }) => lowerRank! <= upperRank!));
    assert.deepEqual([status.seed, status.synthetic, status.progress], [9, false, 1]);
    const read = async (content: { sha256: string }): Promise<string> =>
      new TextDecoder().decode(await world.contents.read("default", content.sha256));
    assert.equal(verifyBundle(await read(status.bundle!)), true);
    const result = JSON.parse(await read(status.result!)) as WorkResult;
    assert.equal(result.uncertainty!.settings.seed, 9);
    assert.equal(result.sensitivity!.outputs[0]!.output, "mean-rank-shift");
    assert.deepEqual(
      result.removal!.effects.map(({ removed }) => removed),
      ["cores", "latency"],
    );
  });

  test("the same inputs and seed give results of the same digest", async () => {
    const digests = await Promise.all(
      ["same-1", "same-2"].map(async (name) => {
        await world.create(indexSpecificationKind, name, { definition: trial() });
        await world.create(dataSetKind, name, inline(name));
        await world.create(evaluationKind, name, {
          specification: name,
          dataSet: name,
          robustness: { index: "total" },
        });
        const { status } = await world.when(evaluationKind, name, ended);
        return [status!.result!.sha256, status!.bundle!.sha256];
      }),
    );
    assert.deepEqual(digests[0], digests[1]);
  });

  test("what the library refuses fails with its findings, in both languages, and stays failed", async () => {
    await world.create(indexSpecificationKind, "bad", { definition: trial() });
    await world.create(
      dataSetKind,
      "bad",
      inline(
        "bad",
        values([
          ["a", "ten", 1],
          ["b", 2, 3],
        ]),
      ),
    );
    const dataSet = await world.when(dataSetKind, "bad", ({ status }) => status?.conditions !== undefined);
    assert.deepEqual(
      dataSet.status!.findings!.map(({ code, level }) => [code, level]),
      [["text-in-number", "error"]],
    );
    assert.equal(dataSet.status!.conditions![0]!.status, "False");
    await world.create(evaluationKind, "bad", { specification: "bad", dataSet: "bad" });
    const { status } = await world.when(evaluationKind, "bad", ended);
    assert.equal(status?.phase, "Failed");
    assert.match(status.findings![0]!.messageZh, /数值/);
    assert.equal(status.result, undefined);
  });

  test("an evaluation of a data set that is not there fails and says so", async () => {
    await world.create(evaluationKind, "absent", { specification: "one", dataSet: "absent" });
    const { status } = await world.when(evaluationKind, "absent", ended);
    const [condition] = status!.conditions!;
    assert.equal(condition!.reason, "NotFound");
    assert.match(condition!.message, /no data set absent/);
  });

  test("cancelling ends the thread, and what waited behind it goes on", async () => {
    await world.create(indexSpecificationKind, "long", { definition: trial() });
    await world.create(dataSetKind, "long", inline("long"));
    const spec = { specification: "long", dataSet: "long" };
    await world.create(evaluationKind, "long", {
      ...spec,
      robustness: { index: "total", replications: 10_000_000 },
    });
    const running = await world.when(
      evaluationKind,
      "long",
      ({ status }) => status?.step === "uncertainty" && (status.progress ?? 0) > 0,
    );
    assert.ok(running.status!.progress! < 0.5);
    await world.create(evaluationKind, "behind", spec);
    await world.when(evaluationKind, "behind", ({ status }) => status?.phase === "Pending");
    for (;;) {
      const now = (await world.objects.get(evaluationKind, "default", "long"))!;
      const object = { ...now, spec: { ...now.spec, cancelled: true } };
      try {
        await world.objects.commit([{ type: "update", kind: evaluationKind, object: object as never }], {
          actor: "system:test",
        });
        break;
      } catch (error) {
        if (!(error instanceof ApiError) || error.reason !== "Conflict") throw error;
      }
    }
    const cancelled = await world.when(evaluationKind, "long", ended);
    assert.equal(cancelled.status?.phase, "Cancelled");
    assert.equal((await world.when(evaluationKind, "behind", ended)).status?.phase, "Succeeded");
  });
});

describe("specifications and data sets", () => {
  test("a specification of a wrong form is refused with the path of every fault", async () => {
    const definition = trial({ indices: [{ id: "total", members: ["cores"] }] });
    await assert.rejects(world.create(indexSpecificationKind, "form", { definition }), (error: ApiError) => {
      assert.deepEqual(
        error.details.causes?.map(({ field }) => field),
        ["spec.definition.indices[0].label"],
      );
      return true;
    });
  });

  test("one that is only incomplete is kept, and says what it lacks", async () => {
    const definition = trial({
      indices: [
        {
          id: "total",
          label: { en: "t", zh: "t" },
          members: ["cores", "latency"],
          weights: { method: "ahp" },
        },
      ],
    });
    await world.create(indexSpecificationKind, "draft", { definition });
    const { status } = await world.when(indexSpecificationKind, "draft", (each) => each.status !== undefined);
    assert.deepEqual(
      [status!.computable, status!.findings!.map(({ code }) => code)],
      [false, ["missing-judgements"]],
    );
  });

  test("demonstration data are counted and called synthetic, and so is what is computed from them", async () => {
    await world.create(indexSpecificationKind, "show", { definition: trial() });
    await world.create(dataSetKind, "show", {
      specification: "show",
      source: { type: "demonstration", seed: 4 },
    });
    const { status } = await world.when(dataSetKind, "show", (each) => each.status?.cells !== undefined);
    assert.deepEqual([status!.synthetic, status!.missing, status!.periods], [true, 0, ["2022", "2023"]]);
    await world.create(evaluationKind, "show", { specification: "show", dataSet: "show" });
    assert.equal((await world.when(evaluationKind, "show", ended)).status?.synthetic, true);
  });

  test("inline data beyond the limit are refused with what to do", async () => {
    const data = { ...values(rows), note: "x".repeat(300_000) };
    await assert.rejects(
      world.create(dataSetKind, "large", inline("one", data)),
      /upload them as a file|invalid/i,
    );
  });

  test("editing a cell keeps the former value as a revision with its reason", async () => {
    await world.create(indexSpecificationKind, "edited", { definition: trial() });
    await world.create(dataSetKind, "edited", inline("edited"));
    const found = await world.when(dataSetKind, "edited", (each) => each.status?.cells !== undefined);
    const edit = world.domain.actions["datasets.evaluation.yunhe.dev"]!["edit"]!;
    const context = {
      principal: { id: "user:ann", type: "user", displayName: "Ann" },
      store: world.store,
      environment: world.environment,
      target: { kind: "datasets.evaluation.yunhe.dev", namespace: "default", name: "edited" },
      guard: () => undefined,
    } as unknown as Parameters<typeof edit>[0];
    const input = {
      edits: [{ indicator: "cores", entity: "a", period: "2023", value: 99 }],
      publisher: "Erratum office",
      reason: "misprint",
    };
    await edit(context, found, input);
    const after = await world.when(dataSetKind, "edited", (each) => each.status?.revised === 1);
    const { file } = await world.domain.reader.read(after);
    const cell = file.observations.find(({ indicator, entity }) => indicator === "cores" && entity === "a")!;
    assert.equal(cell.value, 99);
    assert.deepEqual(file.origins[cell.origin], {
      publisher: "Erratum office",
      status: "revised",
      note: "misprint",
    });
    assert.deepEqual([cell.revisions![0]!.value, cell.revisions![0]!.reason], [10, "misprint"]);
    const wrong = { ...input, edits: [{ indicator: "cores", entity: "nobody", period: "2023", value: 1 }] };
    await assert.rejects(edit(context, after, wrong), /There is no cell/);
  });

  test("no reconciler failed on the way", () => {
    assert.deepEqual(
      world.failures.filter(({ error }) => !(error instanceof ApiError && error.reason === "Conflict")),
      [],
    );
  });
});
