import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { startYunhe, until } from "../../tests/yunhe.ts";

interface Evaluation {
  readonly status?: {
    readonly phase: string;
    readonly synthetic?: boolean;
    readonly ranking?: { readonly entities: readonly { readonly entity: string }[] };
  };
}

describe("the fleet evaluates itself", () => {
  let yunhe: Awaited<ReturnType<typeof startYunhe>>;
  before(async () => (yunhe = await startYunhe({ flags: ["--simulate-devices", "2xA100-80G"] })));
  after(() => yunhe.close());

  test("one apply gives an index, data that follow the fleet, and a ranking that says what is simulated", async () => {
    const applied = await yunhe.run(["apply", "-f", join(import.meta.dirname, "fleet.yaml")]);
    assert.equal(applied.code, 0, applied.error);
    const { status } = await until("the evaluation is over", async () => {
      const { out } = await yunhe.run(["get", "evaluations", "our-fleet", "-o", "json"]);
      const found = JSON.parse(out) as Evaluation;
      return ["Succeeded", "Failed"].includes(found.status?.phase ?? "") ? found : undefined;
    });
    assert.equal(status!.phase, "Succeeded", JSON.stringify(status));
    assert.deepEqual(
      [status!.synthetic, status!.ranking!.entities.map(({ entity }) => entity)],
      [true, ["local"]],
    );
  });
});
