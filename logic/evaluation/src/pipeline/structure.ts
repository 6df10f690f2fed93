import type { Index, Indicator, Specification } from "../specification/schema.ts";
import { errorFinding, EvaluationError } from "../specification/types.ts";

/** What is to be computed of a specification. */
export interface Selection {
  /** Indices to compute with all they need; all that the source defines when absent. */
  readonly indices?: readonly string[] | undefined;
  /** Scores the source does not define: all, or those named. Each is labelled on every output. */
  readonly extensions?: boolean | readonly string[] | undefined;
}

/** The selected part of the tree for one kind of entity, members before the indices that use them. */
export interface KindPlan {
  readonly kind: string;
  readonly indices: readonly Index[];
  /** Indicators that enter these indices, in the specification's order. */
  readonly scored: readonly Indicator[];
  /** Denominators and predictors that these need. */
  readonly auxiliary: readonly Indicator[];
}

/** @throws EvaluationError on an unknown index, a heading, or an extension that was not asked for. */
export function planKinds(specification: Specification, selection: Selection = {}): KindPlan[] {
  const indices = new Map(specification.indices.map((index) => [index.id, index]));
  const wanted = selectIndices(specification, indices, selection);
  const ordered = inOrder(wanted, indices);
  const plans = new Map<string, { indices: Index[]; leaves: Set<string> }>();
  for (const index of ordered) {
    const leaves = leavesOf(index.id, indices);
    const kind = specification.indicators.find((indicator) => indicator.id === leaves[0])!.kind;
    const plan = plans.get(kind) ?? { indices: [], leaves: new Set<string>() };
    plans.set(kind, plan);
    plan.indices.push(index);
    for (const leaf of leaves) plan.leaves.add(leaf);
  }
  return [...plans].map(([kind, { indices: list, leaves }]) => {
    const scored = specification.indicators.filter((indicator) => leaves.has(indicator.id));
    return { kind, indices: list, scored, auxiliary: auxiliaries(specification, scored) };
  });
}

/** Indicators below an index, in the order of members, each once. */
export function leavesOf(id: string, indices: ReadonlyMap<string, Index>): string[] {
  const index = indices.get(id);
  if (index === undefined) return [id];
  return [...new Set(index.members.flatMap((member) => leavesOf(member.id, indices)))];
}

function selectIndices(
  specification: Specification,
  indices: ReadonlyMap<string, Index>,
  selection: Selection,
): Index[] {
  const asked = (index: Index): boolean =>
    selection.extensions === true ||
    (Array.isArray(selection.extensions) && selection.extensions.includes(index.id));
  const extensions = specification.indices.filter((index) => index.standing === "extension" && asked(index));
  if (Array.isArray(selection.extensions)) for (const id of selection.extensions) lookUp(id, indices);
  if (selection.indices === undefined)
    return [
      ...specification.indices.filter(
        (index) => index.standing === "source" && index.aggregation.method !== "none",
      ),
      ...extensions,
    ];
  const named = selection.indices.map((id) => lookUp(id, indices));
  for (const index of named) {
    if (index.aggregation.method === "none")
      throw new EvaluationError([
        errorFinding(
          "heading-has-no-score",
          { index: index.id },
          `"${index.id}" is a heading: the source defines no score for it.`,
          `“${index.id}”仅为标题，来源未定义其得分。`,
        ),
      ]);
    if (index.standing === "extension" && !asked(index))
      throw new EvaluationError([
        errorFinding(
          "extension-not-asked",
          { index: index.id },
          `The source does not define the score "${index.id}"; ask for it with extensions, and it will be labelled as an extension.`,
          `来源未定义“${index.id}”的得分；如需计算，请通过 extensions 明确要求，结果将标注为扩展。`,
        ),
      ]);
  }
  return [...new Set([...named, ...extensions])];
}

function lookUp(id: string, indices: ReadonlyMap<string, Index>): Index {
  const index = indices.get(id);
  if (index === undefined)
    throw new EvaluationError([
      errorFinding(
        "unknown-index",
        { index: id },
        `There is no index "${id}"; the indices are ${[...indices.keys()].join(", ")}.`,
        `没有名为“${id}”的指数；现有：${[...indices.keys()].join("、")}。`,
      ),
    ]);
  return index;
}

/** Wanted indices and all indices that they use, users last. */
function inOrder(wanted: readonly Index[], indices: ReadonlyMap<string, Index>): Index[] {
  const done = new Set<Index>();
  const visit = (index: Index): void => {
    if (done.has(index)) return;
    for (const member of index.members) {
      const below = indices.get(member.id);
      if (below) visit(below);
    }
    done.add(index);
  };
  for (const index of wanted) visit(index);
  return [...done];
}

function auxiliaries(specification: Specification, scored: readonly Indicator[]): Indicator[] {
  const ids = new Set<string>();
  for (const indicator of scored) {
    if (indicator.denominator) ids.add(indicator.denominator.indicator);
    const imputation = indicator.imputation ?? specification.steps.imputation;
    if (imputation.method === "regression") for (const id of imputation.predictors) ids.add(id);
  }
  return specification.indicators.filter((indicator) => ids.has(indicator.id) && !scored.includes(indicator));
}
