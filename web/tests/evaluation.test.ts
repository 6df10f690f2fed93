import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { checkSpecification, type Index, readSpecification } from "@yunhe/evaluation";
import { parse } from "yaml";
import { NothingMatches, shapesOf } from "../src/pages/evaluation-run/geometry.ts";
import { regionTiles } from "../src/pages/evaluation-run/tiles.ts";
import {
  freshId,
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

  test("a deleted indicator is a member of nothing any more", () => {
    const less = withoutEntry(cloud, "latency");
    assert.ok(!JSON.stringify(less).includes('"latency"'));
    const codes = checkSpecification(less).map(({ code }) => code);
    assert.ok(!codes.includes("unknown-member"));
    assert.equal(freshId("indicator", less), "indicator-1");
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
