import { RandomStream } from "../robustness/random.ts";
import type { Indicator, Specification } from "../specification/schema.ts";
import type { Entity } from "../specification/types.ts";
import type { DataFile } from "./read-json.ts";

export interface DemonstrationOptions {
  /** 32-bit seed: the same seed gives the same file. */
  readonly seed: number;
  readonly periods?: readonly string[];
  /** Experts per comparison matrix. */
  readonly experts?: number;
}

/**
 * Synthetic data for every entity of a specification, so that it can be tried before real data exist. No value comes
 * from a publication, every cell has the status `synthetic`, and every output says so.
 */
export function demonstrationData(specification: Specification, options: DemonstrationOptions): DataFile {
  const random = new RandomStream(options.seed, 1);
  const periods = options.periods ?? ["2022", "2023"];
  const { entities, memberships, byKind } = demonstrationEntities(specification, random);
  const strength = new Map(
    [...byKind.values()].flat().map((entity) => [`${entity.kind}/${entity.id}`, bell(random)]),
  );
  const observations: DataFile["observations"] = [];
  for (const indicator of specification.indicators) {
    if (indicator.role === "parameter") continue;
    const scale = scaleOf(indicator, random);
    for (const entity of byKind.get(indicator.collectedPer ?? indicator.kind) ?? []) {
      let level = 0.7 * strength.get(`${entity.kind}/${entity.id}`)! + 0.7 * bell(random);
      for (const period of periods) {
        observations.push({
          entity: entity.id,
          indicator: indicator.id,
          period,
          value: scale(level),
          origin: 0,
        });
        level += 0.1 + 0.15 * bell(random);
      }
    }
  }
  return {
    format: "yunhe.dev/index-data/v1",
    entities,
    memberships,
    origins: [
      {
        publisher: "Yunhe demonstration generator",
        edition: `seed ${options.seed}`,
        status: "synthetic",
        licence: "CC0-1.0",
      },
    ],
    observations,
  };
}

/** The specification with a synthetic panel of experts wherever AHP has none; those weights are labelled synthetic. */
export function demonstrationJudgements(
  specification: Specification,
  options: DemonstrationOptions,
): Specification {
  const random = new RandomStream(options.seed, 2);
  const indices = specification.indices.map((index) => {
    if (index.weights.method !== "ahp" || index.weights.experts.length > 0 || index.members.length < 2)
      return index;
    const base = index.members.map(() => bell(random));
    const experts = Array.from({ length: options.experts ?? 5 }, (_, k) => ({
      expert: `synthetic-${k + 1}`,
      matrix: judgements(
        base.map((value) => value + 0.5 * bell(random)),
        random,
      ),
    }));
    return { ...index, weights: { ...index.weights, experts, synthetic: true } };
  });
  return { ...specification, indices };
}

/** Roughly normal: the sum of twelve uniform numbers less six. */
function bell(random: RandomStream): number {
  let sum = -6;
  for (let k = 0; k < 12; k += 1) sum += random.uniform();
  return sum;
}

/** Reciprocal judgements on 1/9..9 around the expert's preferences, each off by up to a step. */
function judgements(preference: readonly number[], random: RandomStream): number[][] {
  const matrix = preference.map(() => preference.map(() => 1));
  for (let i = 0; i < preference.length; i += 1) {
    for (let j = i + 1; j < preference.length; j += 1) {
      const steps = Math.max(
        -8,
        Math.min(8, Math.round(2 * (preference[i]! - preference[j]!) + random.uniform() - 0.5)),
      );
      matrix[i]![j] = steps >= 0 ? 1 + steps : 1 / (1 - steps);
      matrix[j]![i] = 1 / matrix[i]![j]!;
    }
  }
  return matrix;
}

/** Shares stay in 1..99, everything else is positive and skewed, with two decimals. */
function scaleOf(indicator: Indicator, random: RandomStream): (level: number) => number {
  const round = (value: number): number => Math.round(value * 100) / 100;
  if (indicator.unit === "%") {
    const base = 30 + 40 * random.uniform();
    return (level) => round(Math.max(1, Math.min(99, base + 8 * level)));
  }
  const size = 10 * (1 + random.below(50));
  return (level) =>
    round(size * (level >= 0 ? 1 + level + (level * level) / 2 : 1 / (1 - level + (level * level) / 2)));
}

interface DemonstrationEntities {
  readonly entities: DataFile["entities"];
  readonly memberships: NonNullable<DataFile["memberships"]>;
  readonly byKind: ReadonlyMap<string, readonly Entity[]>;
}

/** Rosters as given; kinds that map to another get one to three members each; others get six. */
function demonstrationEntities(specification: Specification, random: RandomStream): DemonstrationEntities {
  const byKind = new Map<string, Entity[]>();
  const entities: NonNullable<DataFile["entities"]> = [];
  const memberships: NonNullable<DataFile["memberships"]> = [];
  const collecting = new Map(specification.mappings.map((mapping) => [mapping.from, mapping.to]));
  const add = (kind: string, id: string, en: string, zh: string): void => {
    const entity = { id, kind, label: { en, zh } };
    entities.push(entity);
    byKind.get(kind)!.push(entity);
  };
  for (const kind of specification.kinds)
    byKind.set(
      kind.id,
      (kind.entities ?? []).map((entity) => ({ ...entity, kind: kind.id })),
    );
  for (const kind of specification.kinds) {
    if (kind.entities) continue;
    const to = collecting.get(kind.id);
    if (to === undefined)
      for (let k = 1; k <= 6; k += 1)
        add(kind.id, `${kind.id}-${k}`, `${kind.label.en} ${k} (synthetic)`, `${kind.label.zh} ${k}（合成）`);
    for (const owner of to === undefined ? [] : byKind.get(to)!) {
      const count = 1 + random.below(3);
      for (let k = 1; k <= count; k += 1) {
        add(
          kind.id,
          `${owner.id}-${k}`,
          `${owner.label.en} ${k} (synthetic)`,
          `${owner.label.zh} ${k}（合成）`,
        );
        memberships.push({ fromKind: kind.id, from: `${owner.id}-${k}`, toKind: to!, to: owner.id });
      }
    }
  }
  return { entities, memberships, byKind };
}
