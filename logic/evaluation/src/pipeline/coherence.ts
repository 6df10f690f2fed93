import {
  correlations,
  cronbach,
  effectiveWeights,
  flagCorrelations,
  principalComponents,
  samplingAdequacy,
  type EffectiveWeight,
  type FlaggedCorrelation,
  type Reliability,
  type SamplingAdequacy,
} from "../coherence/index.ts";
import { InputError } from "../numeric/input-error.ts";
import type { Text } from "../specification/types.ts";
import type { EvaluatedPeriod } from "./compute.ts";

/** A statistic, or why it does not exist for these data. */
export type Statistic<T> = { readonly value: T } | { readonly notApplicable: Text };

/** Whether the members of an index measure one thing. */
export interface IndexCoherence {
  readonly index: string;
  readonly members: readonly string[];
  readonly reliability: Statistic<Reliability>;
  readonly adequacy: Statistic<SamplingAdequacy>;
  /** Eigenvalues of the members' correlation matrix and the shares of variance they explain. */
  readonly components: Statistic<{
    readonly eigenvalues: readonly number[];
    readonly explained: readonly number[];
  }>;
  /** What each member really weighs: shares of the score's variance (Paruolo, Saisana and Saltelli 2013). */
  readonly effective: Statistic<readonly EffectiveWeight[]>;
  /** Members with each other and with the index; flags name pairs that are too high, negative or negligible. */
  readonly flagged: readonly FlaggedCorrelation[];
}

/** Coherence of every index with at least two members. */
export function coherenceOf(table: EvaluatedPeriod): IndexCoherence[] {
  const values = new Map<string, Float64Array>(
    table.indicators.map((indicator, k) => [indicator.id, table.normalised[k]!]),
  );
  for (const scores of table.indices) values.set(scores.index.id, scores.scores);
  return table.indices.flatMap((scores) => {
    const members = scores.index.members.map((member) => member.id);
    if (members.length < 2) return [];
    const columns = members.map((id) => values.get(id)!);
    const data = table.entities.map((_, e) => columns.map((column) => column[e]!));
    const variables = members.map((id, m) => ({ id, values: columns[m]! }));
    const cells = correlations(variables, [...variables, { id: scores.index.id, values: scores.scores }]);
    const once = cells.filter(
      (cell) => cell.column === scores.index.id || members.indexOf(cell.row) < members.indexOf(cell.column),
    );
    return [
      {
        index: scores.index.id,
        members,
        reliability: statistic(() => cronbach(data)),
        adequacy: statistic(() => samplingAdequacy(data)),
        components: statistic(() => {
          const { eigenvalues, explained } = principalComponents(data);
          return { eigenvalues, explained };
        }),
        effective: effectiveOf(columns, scores.scores),
        flagged: flagCorrelations(once).filter(
          (cell) => cell.column !== scores.index.id || cell.flag !== "tooHigh",
        ),
      },
    ];
  });
}

/** The kernel regression is quadratic in the number of entities. */
const MOST_ENTITIES_FOR_KERNELS = 400;

function effectiveOf(columns: readonly Float64Array[], scores: Float64Array): IndexCoherence["effective"] {
  if (scores.length > MOST_ENTITIES_FOR_KERNELS)
    return {
      notApplicable: {
        en: `Not computed for more than ${MOST_ENTITIES_FOR_KERNELS} entities.`,
        zh: `主体超过 ${MOST_ENTITIES_FOR_KERNELS} 个时不计算。`,
      },
    };
  return statistic(() =>
    effectiveWeights(
      columns.map((column) => [...column]),
      [...scores],
    ),
  );
}

function statistic<T>(measure: () => T): Statistic<T> {
  try {
    return { value: measure() };
  } catch (error) {
    if (error instanceof InputError) return { notApplicable: error.words };
    throw error;
  }
}
