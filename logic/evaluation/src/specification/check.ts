import { checkWeights } from "./check-weights.ts";
import type { Index, Indicator, Specification } from "./schema.ts";
import { errorFinding, warningFinding, type Finding } from "./types.ts";

/** Everything wrong or noteworthy in the meaning of a well-formed specification. */
export function checkSpecification(specification: Specification): Finding[] {
  const findings = [...duplicateIds(specification), ...checkIndicators(specification)];
  const cycles = checkTree(specification);
  findings.push(...cycles);
  if (cycles.length === 0) findings.push(...checkKinds(specification));
  for (const index of specification.indices) findings.push(...checkWeights(index));
  return findings;
}

function duplicateIds(specification: Specification): Finding[] {
  const seen = new Set<string>();
  const findings: Finding[] = [];
  for (const { id } of [...specification.indicators, ...specification.indices]) {
    if (seen.has(id)) {
      findings.push(
        errorFinding(
          "duplicate-id",
          { path: id },
          `"${id}" is defined twice; give each indicator and index its own id.`,
          `“${id}”重复定义；每个指标和指数须有唯一标识。`,
        ),
      );
    }
    seen.add(id);
  }
  return findings;
}

function checkIndicators(specification: Specification): Finding[] {
  const byId = new Map(specification.indicators.map((indicator) => [indicator.id, indicator]));
  const kinds = new Set(specification.kinds.map((kind) => kind.id));
  const used = new Set(specification.indices.flatMap((index) => index.members.map((member) => member.id)));
  return specification.indicators.flatMap((indicator) => [
    ...checkCollection(indicator, kinds, specification),
    ...checkReferences(indicator, byId, specification),
    ...checkUse(indicator, used),
  ]);
}

function checkCollection(indicator: Indicator, kinds: Set<string>, specification: Specification): Finding[] {
  const findings: Finding[] = [];
  const place = { indicator: indicator.id };
  for (const kind of [indicator.kind, indicator.collectedPer ?? indicator.kind]) {
    if (!kinds.has(kind))
      findings.push(
        errorFinding(
          "unknown-kind",
          place,
          `Indicator "${indicator.id}" names the kind "${kind}", which is not declared under kinds.`,
          `指标“${indicator.id}”使用了未声明的主体类型“${kind}”。`,
        ),
      );
  }
  const collected = indicator.collectedPer;
  if (collected === undefined || collected === indicator.kind) return findings;
  const mapped = specification.mappings.some(
    (mapping) => mapping.from === collected && mapping.to === indicator.kind,
  );
  if (!mapped)
    findings.push(
      errorFinding(
        "missing-mapping",
        place,
        `Indicator "${indicator.id}" is collected per ${collected} and reported per ${indicator.kind}; declare the mapping ${collected} -> ${indicator.kind}.`,
        `指标“${indicator.id}”按“${collected}”采集、按“${indicator.kind}”报告；请声明二者之间的映射。`,
      ),
    );
  if (indicator.rollUp === undefined)
    findings.push(
      errorFinding(
        "missing-roll-up",
        place,
        `Indicator "${indicator.id}" needs rollUp (sum, mean, median, minimum or maximum) to go from ${collected} to ${indicator.kind}.`,
        `指标“${indicator.id}”须给出 rollUp（sum、mean、median、minimum 或 maximum）。`,
      ),
    );
  return findings;
}

function checkReferences(
  indicator: Indicator,
  byId: Map<string, Indicator>,
  specification: Specification,
): Finding[] {
  const findings: Finding[] = [];
  const refer = (id: string, role: string, roleZh: string): void => {
    const target = byId.get(id);
    const place = { indicator: indicator.id };
    if (target === undefined)
      findings.push(
        errorFinding(
          "unknown-indicator",
          place,
          `The ${role} "${id}" of "${indicator.id}" is not an indicator of this specification.`,
          `指标“${indicator.id}”的${roleZh}“${id}”不存在。`,
        ),
      );
    else if (target.kind !== indicator.kind)
      findings.push(
        errorFinding(
          "mixed-kinds",
          place,
          `The ${role} "${id}" (${target.kind}) of "${indicator.id}" (${indicator.kind}) belongs to another kind of entity.`,
          `指标“${indicator.id}”（${indicator.kind}）的${roleZh}“${id}”属于另一主体类型（${target.kind}）。`,
        ),
      );
  };
  if (indicator.denominator) refer(indicator.denominator.indicator, "denominator", "分母");
  const imputation = indicator.imputation ?? specification.steps.imputation;
  if (imputation.method === "regression")
    for (const id of imputation.predictors) refer(id, "predictor", "预测变量");
  const { goalposts } = indicator;
  if (goalposts && goalposts.minimum >= goalposts.maximum)
    findings.push(
      errorFinding(
        "empty-goalposts",
        { indicator: indicator.id },
        `The goalposts of "${indicator.id}" need minimum < maximum.`,
        `指标“${indicator.id}”的目标区间须满足最小值小于最大值。`,
      ),
    );
  return findings;
}

function checkUse(indicator: Indicator, used: Set<string>): Finding[] {
  const place = { indicator: indicator.id };
  if (indicator.role === "scored" && !used.has(indicator.id)) {
    return [
      warningFinding(
        "unused-indicator",
        place,
        `Indicator "${indicator.id}" is in no index.`,
        `指标“${indicator.id}”未被任何指数使用。`,
      ),
    ];
  }
  if (indicator.role === "scored" && !indicator.directionStated) {
    return [
      warningFinding(
        "assumed-direction",
        place,
        `The source does not say which way "${indicator.label.en}" is better; "${indicator.direction}" is assumed.`,
        `来源未说明指标“${indicator.label.zh}”的方向；此处假定为“${indicator.direction === "up" ? "越大越好" : "越小越好"}”。`,
      ),
    ];
  }
  return [];
}

/** Unknown members, members named twice, and cycles (named with their path). */
function checkTree(specification: Specification): Finding[] {
  const indices = new Map(specification.indices.map((index) => [index.id, index]));
  const indicators = new Map(specification.indicators.map((indicator) => [indicator.id, indicator]));
  const findings: Finding[] = [];
  for (const index of specification.indices) findings.push(...checkMembers(index, indices, indicators));
  const done = new Set<string>();
  const visit = (id: string, path: readonly string[]): void => {
    const at = path.indexOf(id);
    if (at >= 0) {
      const cycle = [...path.slice(at), id].join(" -> ");
      findings.push(
        errorFinding(
          "cyclic-tree",
          { index: id },
          `The tree has a cycle: ${cycle}. An index cannot contain itself.`,
          `指标树存在循环：${cycle}。指数不能包含自身。`,
        ),
      );
      return;
    }
    if (done.has(id)) return;
    for (const member of indices.get(id)?.members ?? []) visit(member.id, [...path, id]);
    done.add(id);
  };
  for (const index of specification.indices) visit(index.id, []);
  return findings;
}

function checkMembers(
  index: Index,
  indices: Map<string, Index>,
  indicators: Map<string, Indicator>,
): Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const { id } of index.members) {
    const indicator = indicators.get(id);
    if (seen.has(id))
      findings.push(
        errorFinding(
          "repeated-member",
          { index: index.id },
          `Index "${index.id}" names "${id}" twice.`,
          `指数“${index.id}”重复包含“${id}”。`,
        ),
      );
    seen.add(id);
    if (indicator === undefined && !indices.has(id))
      findings.push(
        errorFinding(
          "unknown-member",
          { index: index.id },
          `Index "${index.id}" names "${id}", which is neither an indicator nor an index.`,
          `指数“${index.id}”包含未定义的成员“${id}”。`,
        ),
      );
    if (indicator && indicator.role !== "scored")
      findings.push(
        errorFinding(
          "unscored-member",
          { index: index.id, indicator: id },
          `"${id}" is a ${indicator.role}, not a scored indicator, and cannot be a member of "${index.id}".`,
          `“${id}”不是计分指标（${indicator.role}），不能作为“${index.id}”的成员。`,
        ),
      );
  }
  return findings;
}

/** A score ranks one kind of entity; headings may hold several kinds but have no score. */
function checkKinds(specification: Specification): Finding[] {
  const indices = new Map(specification.indices.map((index) => [index.id, index]));
  const kindOf = new Map(specification.indicators.map((indicator) => [indicator.id, [indicator.kind]]));
  const kinds = (id: string): string[] => {
    const known = kindOf.get(id);
    if (known) return known;
    const found = [...new Set((indices.get(id)?.members ?? []).flatMap((member) => kinds(member.id)))];
    kindOf.set(id, found);
    return found;
  };
  return specification.indices.flatMap((index) => {
    if (index.aggregation.method === "none") return [];
    const place = { index: index.id };
    const headings = index.members
      .filter((member) => indices.get(member.id)?.aggregation.method === "none")
      .map((member) => member.id);
    const mixed = kinds(index.id);
    if (mixed.length > 1) {
      const detail = index.members
        .map((member) => `${member.id} (${kinds(member.id).join(", ")})`)
        .join("; ");
      return [
        errorFinding(
          "mixed-kinds",
          place,
          `Index "${index.id}" would mix kinds of entities in one ranking: ${detail}. Rank each kind by itself.`,
          `指数“${index.id}”将把不同主体类型混入同一排名：${detail}。请按类型分别排名。`,
        ),
      ];
    }
    if (headings.length > 0)
      return [
        errorFinding(
          "heading-member",
          place,
          `Index "${index.id}" needs the score of ${headings.join(", ")}, for which no aggregation is defined.`,
          `指数“${index.id}”需要 ${headings.join("、")} 的得分，但其未定义聚合方法。`,
        ),
      ];
    return index.standing === "source" &&
      index.members.some((member) => indices.get(member.id)?.standing === "extension")
      ? [
          errorFinding(
            "extension-member",
            place,
            `Index "${index.id}" uses an extension, so it is an extension itself; set standing: extension.`,
            `指数“${index.id}”使用了扩展指数，因此自身也应标为 extension。`,
          ),
        ]
      : [];
  });
}
