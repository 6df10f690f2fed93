import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import {
  type Bundle,
  checkSpecification,
  compute,
  createBundle,
  demonstrationData,
  demonstrationJudgements,
  EvaluationError,
  type Index,
  readDataFile,
  readSpecification,
} from "@yunhe/evaluation";
import { parse } from "yaml";
import { parseNumber } from "../src/format/parse-number.ts";
import { editKey, withEdit } from "../src/pages/evaluation-run/edits.ts";
import { NothingMatches, shapesOf } from "../src/pages/evaluation-run/geometry.ts";
import { agreementOf } from "../src/pages/evaluation-run/ranked.ts";
import { regionTiles } from "../src/pages/evaluation-run/tiles.ts";
import { choiceKinds, freshChoice, variantOf } from "../src/pages/evaluation-run/variants.ts";
import { Study } from "../src/pages/evaluation-run/workbench/study.ts";
import { dispersion, orness } from "../src/pages/evaluation-specification/ordered-weights.ts";
import {
  freshId,
  movedTo,
  swapped,
  withMember,
  withoutEntry,
  withoutMember,
} from "../src/pages/evaluation-specification/tree.ts";

const file = new URL("../../logic/evaluation/specifications/cloud-development-2024.yaml", import.meta.url);
const cloud = readSpecification(parse(readFileSync(file, "utf8")) as object);

const judged: Index = {
  ...cloud.indices[0]!,
  members: ["a", "b", "c"].map((id) => ({ id, weight: undefined })),
  weights: {
    method: "ahp",
    experts: [
      {
        expert: "x",
        matrix: [
          [1, 3, 5],
          [1 / 3, 1, 2],
          [1 / 5, 1 / 2, 1],
        ],
      },
    ],
    priorities: "eigenvector",
    group: "judgements",
    scale: "linear",
    synthetic: false,
  },
};
const matrixOf = ({ weights }: Index) => (weights.method === "ahp" ? weights.experts[0]!.matrix : undefined);

describe("the tree editor", () => {
  test("a removed member takes its judgements along, and the others keep theirs", () => {
    const without = withoutMember(judged, 1);
    assert.deepEqual(
      without.members.map(({ id }) => id),
      ["a", "c"],
    );
    assert.deepEqual(matrixOf(without), [
      [1, 5],
      [1 / 5, 1],
    ]);
  });

  test("a new member has been compared with nothing", () => {
    assert.deepEqual(matrixOf(withMember(judged, "d")), [
      [1, 3, 5, null],
      [1 / 3, 1, 2, null],
      [1 / 5, 1 / 2, 1, null],
      [null, null, null, 1],
    ]);
  });

  test("members that change places take row and column along, and twice is as before", () => {
    const moved = swapped(judged, 0, 2);
    assert.equal(matrixOf(moved)![0]![2], 1 / 5);
    assert.deepEqual(swapped(moved, 0, 2), judged);
  });

  test("what experts and orders gave follows the members: points go along, positions become equal", () => {
    const budget: Index = {
      ...judged,
      weights: { method: "budget-allocation", allocations: [{ expert: "x", points: [50, 30, 20] }] },
      aggregation: { method: "owa", order: [0.5, 0.3, 0.2] },
    };
    const pointsOf = ({ weights }: Index) =>
      weights.method === "budget-allocation" ? weights.allocations[0]!.points : undefined;
    assert.deepEqual(pointsOf(swapped(budget, 0, 2)), [20, 30, 50]);
    assert.deepEqual(swapped(budget, 0, 2).aggregation, budget.aggregation);
    assert.deepEqual(pointsOf(withoutMember(budget, 0)), [30, 20]);
    assert.deepEqual(withoutMember(budget, 0).aggregation, { method: "owa", order: [0.5, 0.5] });
    assert.deepEqual(pointsOf(withMember(budget, "d")), [50, 30, 20, 0]);
  });

  test("an entry moves under another index, and stays where it is the last one", () => {
    const moved = movedTo(cloud, "latency", "service-experience", "use");
    const membersOf = (id: string) =>
      moved.indices.find((each) => each.id === id)!.members.map((member) => member.id);
    assert.ok(membersOf("use").includes("latency"));
    assert.ok(!membersOf("service-experience").includes("latency"));
  });

  test("a deleted indicator is a member of nothing any more", () => {
    const less = withoutEntry(cloud, "latency");
    assert.ok(!JSON.stringify(less).includes('"latency"'));
    const codes = checkSpecification(less).map(({ code }) => code);
    assert.ok(!codes.includes("unknown-member"));
    assert.equal(freshId("indicator", less), "indicator-1");
  });
});

describe("a scenario", () => {
  test("numbers are read as people write them, anything else is none", () => {
    assert.deepEqual(["5", " 1 234.5 ", "−3", "1e3", ".5", "5,000", "five", ""].map(parseNumber), [
      5,
      1234.5,
      -3,
      1000,
      0.5,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("the value that a cell has already, and no value, take the edit back", () => {
    const place = { indicator: "a", entity: "x", period: "2023" };
    const edited = withEdit({}, { ...place, value: 5 }, 3);
    assert.equal(edited[editKey(place)]!.value, 5);
    assert.deepEqual(withEdit(edited, { ...place, value: 3 }, 3), {});
    assert.deepEqual(withEdit(edited, { ...place, value: null }, 3), {});
  });

  test("orness is that of Yager: best 1, mean a half, worst 0; dispersion is 1 only where all count alike", () => {
    assert.deepEqual(
      [
        [1, 0, 0],
        [0, 0, 1],
      ].map(orness),
      [1, 0],
    );
    assert.ok(Math.abs(orness([1 / 3, 1 / 3, 1 / 3]) - 0.5) < 1e-12);
    assert.ok(Math.abs(dispersion([0.25, 0.25, 0.25, 0.25]) - 1) < 1e-12);
    assert.equal(dispersion([0, 1, 0]), 0);
  });
});

describe("a study of a finished evaluation", () => {
  const specification = demonstrationJudgements(cloud, { seed: 1 });
  const data = readDataFile(specification, demonstrationData(specification, { seed: 1 }));
  const bundle = JSON.parse(createBundle(specification, data, { options: { extensions: true } })) as Bundle;
  const study = new Study(bundle);
  const at = { index: "regional-total", period: "2023" };
  const { tables } = compute(specification, data, { extensions: true, periods: ["2023"] });
  const table = tables.find(({ indices }) => indices.some(({ index }) => index.id === at.index))!;
  const scores = table.indices.find(({ index }) => index.id === at.index)!;

  test("shows the cells of a region: its own, and those of its zones", () => {
    const cells = study.answer("cells", { ...at, entity: "beijing" });
    assert.ok(cells.some(({ owner, collected }) => owner === "beijing" && !collected));
    const zones = cells.filter(({ indicator }) => indicator === "latency");
    assert.ok(zones.length > 0 && zones.every(({ collected, owner }) => collected && owner !== "beijing"));
    assert.ok(cells.every(({ status }) => status === "synthetic"));
  });

  test("an edit moves what the library says it moves, and none leaves everything as it was", () => {
    const before = study.answer("scenario", { ...at, edits: [] });
    assert.deepEqual(
      before.map(({ scoreAfter }) => scoreAfter),
      [...scores.scores],
    );
    assert.ok(before.every((each) => each.rankBefore === each.rankAfter));
    const edit = { indicator: "general-compute", entity: "beijing", period: "2023", value: 1e6 };
    const mine = study
      .answer("scenario", { ...at, edits: [edit] })
      .find((each) => each.entity === "beijing")!;
    assert.ok(mine.scoreAfter > mine.scoreBefore && mine.rankAfter <= mine.rankBefore);
  });

  test("who is ahead of whom adds up to one, and progress grows to the whole", () => {
    const parts: number[] = [];
    const asked = { ...at, entity: "beijing", other: "shanghai", replications: 3000, points: 16 };
    const { uncertainty, sensitivity } = study.answer("pair", asked, (part) => parts.push(part));
    const place = (id: string) => uncertainty.entities.findIndex(({ entity }) => entity.id === id);
    const ahead = uncertainty.aheadShare!;
    const [a, b] = [place("beijing"), place("shanghai")];
    assert.ok(Math.abs(ahead[a]![b]! + ahead[b]![a]! - 1) < 1e-9);
    assert.deepEqual(
      sensitivity.outputs.map(({ output }) => output),
      ["mean-rank-shift", "ahead"],
    );
    assert.ok(parts.length > 3 && parts.every((part) => part < 1));
    assert.deepEqual(
      parts,
      parts.toSorted((x, y) => x - y),
    );
  });

  test("every choice of a variant is one that the library knows, and agreement is 1 with itself", () => {
    for (const { key, options } of choiceKinds)
      for (const value of Object.keys(options)) {
        const choice = { ...freshChoice([]), weighting: "", [key]: value };
        const made = variantOf(choice, at.index);
        try {
          const { ranks } = study.answer("variant", { ...at, variant: made });
          assert.equal(ranks.length, 31);
        } catch (error) {
          // A mean that needs positive values refuses zeros, and says so; nothing else may go wrong.
          assert.ok(error instanceof EvaluationError, `${key} ${value}: ${String(error)}`);
        }
      }
    assert.deepEqual(agreementOf([1, 2, 3], [1, 2, 3]), { mean: 0, largest: 0, tau: 1 });
    assert.deepEqual(agreementOf([1, 2, 3, null], [3, 2, 1, 4]), { mean: 4 / 3, largest: 2, tau: -1 });
  });
});

describe("the map", () => {
  test("every one of the 31 regions has a tile of its own", () => {
    const regions = cloud.kinds.find(({ id }) => id === "region")!.entities!.map(({ id }) => id);
    assert.deepEqual(Object.keys(regionTiles).sort(), regions.toSorted());
    assert.equal(new Set(Object.values(regionTiles).map(String)).size, regions.length);
  });

  test("an operator's geometry is matched by id or name, and refused when nothing matches", () => {
    const square = [
      [
        [0, 0],
        [10, 0],
        [10, 10],
        [0, 10],
        [0, 0],
      ],
    ];
    const text = (name: string): string =>
      JSON.stringify({
        type: "FeatureCollection",
        features: [
          { type: "Feature", properties: { name }, geometry: { type: "Polygon", coordinates: square } },
        ],
      });
    const entities = [{ id: "beijing", label: { en: "Beijing", zh: "北京" } }];
    const [shape] = shapesOf(text("北京"), entities);
    assert.equal(shape!.entity, 0);
    assert.match(shape!.path, /^M0\.0 560\.0L[\d.]+ 560\.0L/);
    assert.throws(() => shapesOf(text("Atlantis"), entities), NothingMatches);
  });
});
