import { words } from "@yunhe/client";
import { leavesOf, type PlanTarget, type Specification } from "@yunhe/evaluation";
import { CommandError, exitCodes } from "../command/errors.ts";

/** The index whose ranking is examined: the one named, or the only one that is scored and a member of no other. */
export function indexOf(
  specification: Specification,
  named: string | undefined,
  extensions: boolean,
): string {
  const indices = new Map(specification.indices.map((index) => [index.id, index]));
  if (named !== undefined) return named;
  const scored = specification.indices.filter(
    ({ aggregation, standing }) => aggregation.method !== "none" && (extensions || standing === "source"),
  );
  const tops = scored.filter(
    ({ id }) => !scored.some(({ members }) => members.some((member) => member.id === id)),
  );
  if (tops.length === 1) return tops[0]!.id;
  const list = scored.map(({ id }) => `${id} (${leavesOf(id, indices).length})`).join(", ");
  throw new CommandError(
    exitCodes.usage,
    words("The specification has several indices.", "规范中有多个指数。"),
    undefined,
    words(`Name one with --index: ${list}.`, `请用 --index 指定其一：${list}。`),
  );
}

export const targetOf = (
  specification: Specification,
  periods: readonly string[],
  options: {
    readonly index: string | undefined;
    readonly period: string | undefined;
    readonly extensions: boolean;
  },
): PlanTarget => ({
  index: indexOf(specification, options.index, options.extensions),
  period: options.period ?? periods.at(-1)!,
  extensions: options.extensions,
});
