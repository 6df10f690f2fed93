import assert from "node:assert/strict";
import { test } from "node:test";
import { type ExplainedTask, whyLines } from "../src/commands/why.ts";

const task = {
  metadata: { name: "train" },
  status: {
    phase: "Running",
    pool: "p",
    node: "n1",
    explanation: {
      policy: "best-fit",
      candidates: 2,
      feasible: 1,
      ranked: [
        {
          node: "n1",
          total: 90,
          parts: [
            { scorer: "best-fit", weight: 1, score: 40 },
            { scorer: "moving", weight: 1, score: 50, note: { en: "2 USD", zh: "2 美元" } },
            { scorer: "of-a-later-version", weight: 1, score: 0 },
          ],
        },
      ],
    },
  },
} as unknown as ExplainedTask;

test("why names the policy and each term of a score in the reader's language, and what it does not know by its id", () => {
  const lines = [...whyLines(task, 0)];
  assert.deepEqual(
    lines.map(({ en }) => en),
    [
      "train: Running p/n1",
      "  1 of 2 nodes could take it, by policy Best fit (best-fit).",
      "  ✓ n1: 90",
      "      least left over on the node: 1 × 40",
      "      price of moving the data: 1 × 50",
      "        2 USD",
      "      of-a-later-version: 1 × 0",
    ],
  );
  assert.deepEqual(
    lines.map(({ zh }) => zh),
    [
      "train：Running p/n1",
      "  2 个节点中有 1 个可接收，策略为最佳适配（best-fit）。",
      "  ✓ n1：90",
      "      节点剩余最少：1 × 40",
      "      搬运数据的费用：1 × 50",
      "        2 美元",
      "      of-a-later-version：1 × 0",
    ],
  );
});
