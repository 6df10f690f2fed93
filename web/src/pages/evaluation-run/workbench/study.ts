import {
  type Bundle,
  changeBetween,
  changesToReachRank,
  collectingKind,
  compareVariants,
  compilePlan,
  compute,
  type DataSet,
  type EvaluatedPeriod,
  type Indicator,
  leavesOf,
  MonteCarlo,
  profileOf,
  readDataFile,
  readSpecification,
  refuse,
  scenario,
  SobolAnalysis,
  type Specification,
} from "@yunhe/evaluation";
import type { Answer, Ask, At, Cell, Moved, Topic } from "./questions.ts";

type OnProgress = (part: number) => void;

/** Runs between two reports: some ten milliseconds. */
const runsAtOnce = 1000;

/** An evaluation opened from its bundle, for questions that the stored result does not answer. */
export class Study {
  readonly #specification: Specification;
  readonly #data: DataSet;
  readonly #extensions: NonNullable<Bundle["request"]["options"]>["extensions"];

  constructor(bundle: Bundle) {
    this.#specification = readSpecification(bundle.specification as object);
    this.#data = readDataFile(this.#specification, bundle.data as object);
    this.#extensions = bundle.request.options?.extensions;
  }

  /** @throws EvaluationError where the library refuses */
  answer<T extends Topic>(topic: T, question: Ask<T>, onProgress: OnProgress = () => undefined): Answer<T> {
    const answers: { readonly [Each in Topic]: (ask: Ask<Each>) => Answer<Each> } = {
      profile: (ask) => profileOf(this.#table(ask), ask.index, ask.entity),
      reach: (ask) =>
        changesToReachRank(this.#specification, this.#data, this.#target(ask), ask.entity, ask.rank),
      cells: (ask) => this.#cells(ask),
      scenario: (ask) => this.#scenario(ask),
      variant: (ask) =>
        compareVariants(this.#specification, this.#data, this.#target(ask), [ask.variant]).variants[1]!,
      change: ({ index, before, after }) =>
        changeBetween(this.#edition({ index, period: before }), this.#edition({ index, period: after })),
      pair: (ask) => this.#pair(ask, onProgress),
    };
    return answers[topic](question);
  }

  #target = ({ index, period }: At) => ({ index, period, extensions: this.#extensions });

  #edition = (at: At) => ({
    specification: this.#specification,
    data: this.#data,
    target: this.#target(at),
  });

  #options = ({ index, period }: At) => ({
    indices: [index],
    periods: [period],
    extensions: this.#extensions,
  });

  #table(at: At): EvaluatedPeriod {
    const { tables } = compute(this.#specification, this.#data, this.#options(at));
    return tableOf(tables, at);
  }

  /** Measured values below the index, those that divide others included. */
  #cells({ index, period, entity }: Ask<"cells">): Cell[] {
    const indices = new Map(this.#specification.indices.map((each) => [each.id, each]));
    const known = new Map(this.#specification.indicators.map((each) => [each.id, each]));
    const leaves = leavesOf(index, indices).flatMap((id) => known.get(id) ?? []);
    const divisors = leaves.flatMap(({ denominator }) => known.get(denominator?.indicator ?? "") ?? []);
    return [...new Set([...leaves, ...divisors])].flatMap((indicator) =>
      this.#cellsOf(indicator, entity, period),
    );
  }

  #cellsOf(indicator: Indicator, entity: string, period: string): Cell[] {
    const column = this.#data.columns.get(indicator.id);
    const kind = collectingKind(this.#specification, indicator.id) ?? "";
    const owners = this.#data.entities.get(kind) ?? [];
    const p = this.#data.periods.indexOf(period);
    if (!column || p < 0) return [];
    const collected = kind !== indicator.kind;
    const belongs = (id: string): boolean =>
      collected
        ? this.#data.memberships.some(
            ({ fromKind, from, toKind, to }) =>
              fromKind === kind && from === id && toKind === indicator.kind && to === entity,
          )
        : id === entity;
    return owners.flatMap(({ id, label }, e): Cell[] => {
      if (!belongs(id)) return [];
      const at = p * owners.length + e;
      const value = column.values[at]!;
      return [
        {
          indicator: indicator.id,
          owner: id,
          ownerLabel: label,
          collected,
          unit: indicator.unit,
          value: Number.isNaN(value) ? null : value,
          status: this.#data.origins[column.origin[at]!]?.status ?? null,
        },
      ];
    });
  }

  #scenario({ edits, ...at }: Ask<"scenario">): Moved[] {
    const { before, after } = scenario(this.#specification, this.#data, edits, this.#options(at));
    const [was, is] = [tableOf(before.tables, at), tableOf(after.tables, at)];
    const [old, fresh] = [scoresOf(was, at), scoresOf(is, at)];
    return was.entities.flatMap(({ id }, e) => {
      const f = is.entities.findIndex((entity) => entity.id === id);
      if (f < 0) return [];
      return [
        {
          entity: id,
          scoreBefore: old.scores[e]!,
          scoreAfter: fresh.scores[f]!,
          rankBefore: old.ranks[e]!,
          rankAfter: fresh.ranks[f]!,
        },
      ];
    });
  }

  #pair(ask: Ask<"pair">, onProgress: OnProgress): Answer<"pair"> {
    const { uncertainty } = this.#specification;
    if (!uncertainty)
      return refuse(
        "no-factors",
        { path: "uncertainty" },
        "The specification does not say what is uncertain: add a section uncertainty to it.",
        "规范没有说明哪些因素不确定：请在其中添加 uncertainty 部分。",
      );
    const plan = compilePlan(this.#specification, this.#data, this.#target(ask), uncertainty.factors);
    const { seed, interval } = uncertainty;
    const { replications, points } = ask;
    const carlo = new MonteCarlo(plan, { seed, interval, replications, pairs: true });
    const sobol = new SobolAnalysis(plan, {
      seed,
      interval,
      points,
      bootstrap: 200,
      entities: [],
      pairs: [[ask.entity, ask.other]],
    });
    const runs = replications + points * sobol.runsPerPoint;
    for (; !carlo.finished; carlo.advance(runsAtOnce)) onProgress(carlo.done / runs);
    const pointsAtOnce = Math.ceil(runsAtOnce / sobol.runsPerPoint);
    for (; !sobol.finished; sobol.advance(pointsAtOnce))
      onProgress((replications + sobol.done * sobol.runsPerPoint) / runs);
    return { uncertainty: carlo.result(), sensitivity: sobol.result() };
  }
}

const hasIndex = (table: EvaluatedPeriod, id: string): boolean =>
  table.indices.some((scores) => scores.index.id === id);

function tableOf(tables: readonly EvaluatedPeriod[], { index, period }: At): EvaluatedPeriod {
  const found = tables.find((table) => table.period === period && hasIndex(table, index));
  if (found) return found;
  return refuse(
    "unknown-index",
    { index, period },
    `"${index}" was not computed for ${period}.`,
    `“${index}”在 ${period} 没有计算结果。`,
  );
}

const scoresOf = (table: EvaluatedPeriod, { index }: At) =>
  table.indices.find((scores) => scores.index.id === index)!;
