import type { Index } from "./schema.ts";
import { errorFinding, type Finding, type Place } from "./types.ts";
import type { ExpertJudgements } from "./weights-schema.ts";

/** Weights may miss one by this much, as decimals in a file do. */
export const WEIGHT_SUM_TOLERANCE = 1e-9;
/** a_ij * a_ji may differ from one by this much: 0.33 beside 3 is a rounded third, 0.3 is not. */
export const RECIPROCAL_TOLERANCE = 0.02;

/** Weights that cannot be used: wrong count, wrong sum, judgements that are not a reciprocal matrix. */
export function checkWeights(index: Index): Finding[] {
  const { weights, members } = index;
  const place = { index: index.id };
  const given = members.filter((member) => member.weight !== undefined);
  if (weights.method === "manual") return checkManual(index, weights.rescale);
  const findings: Finding[] = [];
  if (given.length > 0)
    findings.push(
      errorFinding(
        "unused-weights",
        place,
        `Index "${index.id}" writes weights beside its members but its method is "${weights.method}"; use method: manual or remove them.`,
        `指数“${index.id}”在成员旁给出了权重，但赋权方法为“${weights.method}”；请改用 manual 或删除这些权重。`,
      ),
    );
  if (weights.method === "ahp") {
    if (weights.experts.length === 0 && members.length > 1)
      findings.push(
        errorFinding(
          "missing-judgements",
          place,
          `Index "${index.id}" derives its weights by AHP but has no expert's comparison matrix; add experts with a ${members.length} x ${members.length} matrix.`,
          `指数“${index.id}”采用 AHP 赋权，但没有专家判断矩阵；请补充 ${members.length} 阶判断矩阵。`,
        ),
      );
    for (const expert of weights.experts) findings.push(...checkJudgements(expert, members.length, place));
  }
  if (weights.method === "budget-allocation")
    findings.push(...checkAllocations(weights.allocations, members.length, place));
  if (weights.method === "optimised" && weights.target && weights.target.length !== members.length)
    findings.push(wrongCount("target", weights.target.length, members.length, place));
  if (weights.method === "benefit-of-the-doubt" && index.aggregation.method !== "arithmetic")
    findings.push(
      errorFinding(
        "weights-do-not-fit",
        place,
        `Benefit of the doubt gives each entity its own weights and goes with the arithmetic mean only (index "${index.id}").`,
        `受益权衡法为每个主体单独赋权，只能与算术平均配合使用（指数“${index.id}”）。`,
      ),
    );
  if (index.aggregation.method === "owa")
    findings.push(...checkOrder(index.aggregation.order, members.length, place));
  return findings;
}

function checkManual(index: Index, rescale: boolean): Finding[] {
  const place = { index: index.id };
  const missing = index.members.filter((member) => member.weight === undefined).map((member) => member.id);
  if (missing.length > 0)
    return [
      errorFinding(
        "missing-weights",
        place,
        `Index "${index.id}" has manual weights but none for ${missing.join(", ")}.`,
        `指数“${index.id}”采用手工权重，但缺少 ${missing.join("、")} 的权重。`,
      ),
    ];
  const sum = index.members.reduce((total, member) => total + (member.weight ?? 0), 0);
  if (sum === 0 || (!rescale && Math.abs(sum - 1) > WEIGHT_SUM_TOLERANCE)) {
    return [
      errorFinding(
        "weights-sum",
        place,
        `The weights of index "${index.id}" sum to ${sum}, not to 1; correct them or set rescale: true.`,
        `指数“${index.id}”的权重之和为 ${sum}，不等于 1；请更正，或设置 rescale: true。`,
      ),
    ];
  }
  return index.aggregation.method === "owa"
    ? checkOrder(index.aggregation.order, index.members.length, place)
    : [];
}

function checkOrder(order: readonly number[], count: number, place: Place): Finding[] {
  if (order.length !== count) return [wrongCount("order", order.length, count, place)];
  const sum = order.reduce((total, weight) => total + weight, 0);
  return Math.abs(sum - 1) > WEIGHT_SUM_TOLERANCE
    ? [
        errorFinding(
          "weights-sum",
          place,
          `The order weights sum to ${sum}, not to 1.`,
          `次序权重之和为 ${sum}，不等于 1。`,
        ),
      ]
    : [];
}

function checkAllocations(
  allocations: readonly { expert: string; points: readonly number[] }[],
  count: number,
  place: Place,
): Finding[] {
  const total = allocations[0]?.points.reduce((sum, points) => sum + points, 0) ?? 0;
  return allocations.flatMap(({ expert, points }) => {
    if (points.length !== count) return [wrongCount(`points of ${expert}`, points.length, count, place)];
    const sum = points.reduce((all, value) => all + value, 0);
    return sum === 0 || Math.abs(sum - total) > 1e-9 * total
      ? [
          errorFinding(
            "budget-differs",
            place,
            `${expert} spreads ${sum} points, the first expert ${total}; every expert needs the same budget above 0.`,
            `专家“${expert}”分配了 ${sum} 分，而首位专家为 ${total} 分；各专家预算须相同且大于 0。`,
          ),
        ]
      : [];
  });
}

function wrongCount(what: string, found: number, needed: number, place: Place): Finding {
  return errorFinding(
    "wrong-count",
    place,
    `${what}: ${found} values for ${needed} members.`,
    `${what}：有 ${found} 个值，而成员为 ${needed} 个。`,
  );
}

/** Shape, unit diagonal and reciprocity of one expert's matrix, each fault with its row and column. */
export function checkJudgements(expert: ExpertJudgements, count: number, place: Place): Finding[] {
  const { matrix } = expert;
  if (matrix.length !== count || matrix.some((row) => row.length !== count)) {
    return [
      errorFinding(
        "matrix-shape",
        place,
        `The matrix of ${expert.expert} is not ${count} x ${count}, one row and column per member.`,
        `专家“${expert.expert}”的判断矩阵不是 ${count} 阶方阵。`,
      ),
    ];
  }
  const findings: Finding[] = [];
  for (let i = 0; i < count; i += 1) {
    for (let j = i; j < count; j += 1) {
      const forth = matrix[i]![j]!;
      const back = matrix[j]![i]!;
      const wrong =
        forth === null || back === null
          ? forth !== back && (i === j || (forth ?? back) === null)
          : Math.abs(forth * back - 1) > RECIPROCAL_TOLERANCE;
      if (!wrong) continue;
      findings.push(
        errorFinding(
          "not-reciprocal",
          { ...place, row: i + 1, column: String(j + 1) },
          `The matrix of ${expert.expert} is not reciprocal: row ${i + 1}, column ${j + 1} is ${forth}, row ${j + 1}, column ${i + 1} is ${back}; their product must be 1.`,
          `专家“${expert.expert}”的判断矩阵不满足互反性：第 ${i + 1} 行第 ${j + 1} 列为 ${forth}，第 ${j + 1} 行第 ${i + 1} 列为 ${back}，二者之积须为 1。`,
        ),
      );
    }
  }
  return findings;
}
