import assert from "node:assert/strict";

/** Asserts that two lists agree entry by entry within an absolute tolerance. */
export function near(found: readonly number[], expected: readonly number[], tolerance: number): void {
  assert.equal(found.length, expected.length);
  for (const [i, value] of found.entries()) {
    const gap = Math.abs(value - expected[i]!);
    assert.ok(
      gap <= tolerance,
      `entry ${i}: found ${value}, expected ${expected[i]}, off by ${gap} > ${tolerance}`,
    );
  }
}
