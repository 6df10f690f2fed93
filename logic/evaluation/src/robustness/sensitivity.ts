import { identityOrder, rankDescending, ranksOf } from "../aggregation/ranks.ts";
import { refuse } from "../specification/types.ts";
import type { Plan } from "./plan.ts";
import { RandomStream } from "./random.ts";
import {
  analyse,
  type SensitivityOf,
  type SensitivityOutput,
  type SensitivitySettings,
} from "./sensitivity-estimates.ts";
import { QUASI_RANDOM_DIMENSIONS, SobolSequence } from "./sobol-sequence.ts";

export interface SensitivityResult {
  readonly settings: SensitivitySettings;
  readonly runs: number;
  readonly outputs: readonly SensitivityOf[];
}

/**
 * Variance-based sensitivity (I. M. Sobol', 1993): first-order indices by A. Saltelli et al., Computer Physics
 * Communications 181 (2010) 259-270, table 2(b), total indices by M. J. W. Jansen (1999), ibid. 2(f).
 * Its owner drives it in steps, so that a worker can report progress and stop between them; the result depends on the
 * settings only, not on the steps.
 */
export class SobolAnalysis {
  readonly #plan: Plan;
  readonly #settings: SensitivitySettings;
  readonly #outputs: readonly SensitivityOutput[];
  /** Outputs of all runs: `[output][block * N + point]`, blocks A, B, AB_1, ..., AB_k. */
  readonly #values: readonly Float64Array[];
  readonly #observe: (scores: Float64Array, at: number) => void;
  readonly #sequence: SobolSequence;
  readonly #both: Float64Array;
  readonly #mixed: Float64Array;
  readonly #scores: Float64Array;
  #done = 0;

  constructor(plan: Plan, settings: SensitivitySettings) {
    const k = plan.factors.length;
    if (2 * k > QUASI_RANDOM_DIMENSIONS) refuseFactors(k);
    this.#plan = plan;
    this.#settings = settings;
    this.#outputs = chooseOutputs(plan, settings);
    this.#values = this.#outputs.map(() => new Float64Array(settings.points * (k + 2)));
    this.#observe = observer(plan, this.#outputs, this.#values);
    this.#sequence = new SobolSequence(2 * k, settings.seed);
    this.#both = new Float64Array(2 * k);
    this.#mixed = new Float64Array(k);
    this.#scores = new Float64Array(plan.entities.length);
  }

  /** Runs of the plan that one base point takes. */
  get runsPerPoint(): number {
    return this.#plan.factors.length + 2;
  }

  /** Base points done. */
  get done(): number {
    return this.#done;
  }

  get finished(): boolean {
    return this.#done >= this.#settings.points;
  }

  /** Takes up to `count` more base points. */
  advance(count: number): void {
    const end = Math.min(this.#settings.points, this.#done + count);
    for (; this.#done < end; this.#done += 1) this.#takePoint(this.#done);
  }

  #takePoint(j: number): void {
    const { points } = this.#settings;
    const k = this.#plan.factors.length;
    this.#sequence.next(this.#both);
    const a = this.#both.subarray(0, k);
    const b = this.#both.subarray(k);
    this.#run(a, j);
    this.#run(b, points + j);
    this.#mixed.set(a);
    for (let i = 0; i < k; i += 1) {
      this.#mixed[i] = b[i]!;
      this.#run(this.#mixed, (i + 2) * points + j);
      this.#mixed[i] = a[i]!;
    }
  }

  #run(point: Float64Array, at: number): void {
    this.#plan.run(point, this.#settings.seed, this.#scores);
    this.#observe(this.#scores, at);
  }

  /** @throws Error before all points are done: estimates need every block whole */
  result(): SensitivityResult {
    if (!this.finished) throw new Error(`${this.#done} of ${this.#settings.points} base points are done.`);
    const resamples = drawResamples(this.#settings);
    return {
      settings: this.#settings,
      runs: this.#settings.points * this.runsPerPoint,
      outputs: this.#outputs.map((output, o) =>
        analyse(output, this.#values[o]!, this.#plan.factors, this.#settings, resamples),
      ),
    };
  }
}

/** All base points at once. */
export function sensitivity(plan: Plan, settings: SensitivitySettings): SensitivityResult {
  const analysis = new SobolAnalysis(plan, settings);
  analysis.advance(settings.points);
  return analysis.result();
}

const refuseFactors = (k: number): never =>
  refuse(
    "too-many-factors",
    { path: "uncertainty.factors" },
    `${k} factors need ${2 * k} quasi-random dimensions; at most ${QUASI_RANDOM_DIMENSIONS / 2} factors can be told apart. Group them or vary fewer.`,
    `${k} 个因素需要 ${2 * k} 个准随机维度，最多支持 ${QUASI_RANDOM_DIMENSIONS / 2} 个因素；请合并或减少因素。`,
  );

function chooseOutputs(plan: Plan, settings: SensitivitySettings): SensitivityOutput[] {
  const ids = plan.entities.map((entity) => entity.id);
  const known = (id: string): string => {
    if (!ids.includes(id))
      refuse(
        "unknown-entity",
        { entity: id },
        `"${id}" is not among the entities that are ranked.`,
        `“${id}”不在参与排名的主体之中。`,
      );
    return id;
  };
  return [
    { output: "mean-rank-shift" },
    ...(settings.entities ?? ids).map((id) => ({ output: "rank" as const, entity: known(id) })),
    ...(settings.pairs ?? []).map(([entity, other]) => ({
      output: "ahead" as const,
      entity: known(entity),
      other: known(other),
    })),
  ];
}

/** Turns scores into the outputs of one run. */
function observer(
  plan: Plan,
  outputs: readonly SensitivityOutput[],
  values: readonly Float64Array[],
): (scores: Float64Array, at: number) => void {
  const position = new Map(plan.entities.map((entity, e) => [entity.id, e]));
  const nominal = ranksOf(plan.nominal);
  const n = nominal.length;
  const order = identityOrder(n);
  const ranks = new Int32Array(n);
  const first = Int32Array.from(outputs, (output) =>
    output.output === "mean-rank-shift" ? -1 : position.get(output.entity)!,
  );
  const second = Int32Array.from(outputs, (output) =>
    output.output === "ahead" ? position.get(output.other)! : -1,
  );
  return (scores, at) => {
    rankDescending(scores, order, ranks);
    for (let o = 0; o < first.length; o += 1) {
      const e = first[o]!;
      const other = second[o]!;
      let value = 0;
      if (e < 0) for (let x = 0; x < n; x += 1) value += Math.abs(ranks[x]! - nominal[x]!) / n;
      else value = other < 0 ? ranks[e]! : ranks[e]! < ranks[other]! ? 1 : 0;
      values[o]![at] = value;
    }
  };
}

/** How often each base point is drawn, per resample. */
function drawResamples(settings: SensitivitySettings): Float64Array[] {
  const random = new RandomStream(settings.seed, 3);
  return Array.from({ length: settings.bootstrap }, () => {
    const times = new Float64Array(settings.points);
    for (let j = 0; j < settings.points; j += 1) {
      const drawn = random.below(settings.points);
      times[drawn] = times[drawn]! + 1;
    }
    return times;
  });
}
