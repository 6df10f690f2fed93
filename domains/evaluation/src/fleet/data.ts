import type { DataFile, Finding, Indicator, Origin, Specification } from "@yunhe/evaluation";
import type { DataSource, FleetRecord, FleetZone } from "../kinds/data-set.ts";
import { declared, type Measure, measures, measureWords, standInWords } from "./measures.ts";
import { isStandIn, safeId, valueOf } from "./meter.ts";
import { library } from "../library.ts";

type FleetSource = DataSource & { type: "fleet" };
type Entities = NonNullable<DataFile["entities"]>;
type Memberships = NonNullable<DataFile["memberships"]>;

export interface FleetData {
  readonly file: DataFile;
  readonly findings: readonly Finding[];
}

/** What the fleet measured as a data file of a specification, over the cells of `base` where there is one. */
export function fleetData(
  specification: Specification,
  source: FleetSource,
  record: FleetRecord,
  base?: DataFile,
): FleetData {
  const findings: Finding[] = [];
  const wanted = measuredIndicators(specification, source);
  const places = new Places(specification, wanted, findings);
  const origins: Origin[] = [...(base?.origins ?? [])];
  const observations: DataFile["observations"] = [];
  for (const [period, zones] of Object.entries(record.periods))
    for (const [id, zone] of Object.entries(zones)) {
      if (!places.add(id, zone)) continue;
      for (const { indicator, measure, scale } of wanted) {
        const value = scale * valueOf(zone, measure);
        const origin = originAt(origins, originOf(zone, measure, period));
        observations.push({
          entity: id,
          indicator: indicator.id,
          period,
          value: Number.isNaN(value) ? null : value,
          origin,
        });
      }
    }
  return { file: merged(base, { places, origins, observations }), findings };
}

/** Indicators named in `measures`, or those whose id ends in a measure's name. */
function measuredIndicators(
  specification: Specification,
  source: FleetSource,
): { indicator: Indicator; measure: Measure; scale: number }[] {
  const named = Object.keys(source.measures).length > 0;
  return specification.indicators.flatMap((indicator) => {
    const given = source.measures[indicator.id];
    if (named) return given === undefined ? [] : [{ indicator, ...given }];
    const measure = measures
      .filter((name) => indicator.id === name || indicator.id.endsWith(`-${name}`))
      .toSorted((a, b) => b.length - a.length)[0];
    return measure === undefined ? [] : [{ indicator, measure, scale: 1 }];
  });
}

/** Zones as entities, and what they belong to: a region or a provider of the specification. */
class Places {
  readonly entities: Entities = [];
  readonly memberships: Memberships = [];
  readonly #specification: Specification;
  readonly #findings: Finding[];
  readonly #kinds: readonly string[];
  readonly #seen = new Set<string>();

  constructor(
    specification: Specification,
    wanted: readonly { indicator: Indicator }[],
    findings: Finding[],
  ) {
    this.#specification = specification;
    this.#findings = findings;
    this.#kinds = [...new Set(wanted.map(({ indicator }) => indicator.collectedPer ?? indicator.kind))];
  }

  /** False when the zone's region is none of the specification's. */
  add(id: string, zone: FleetZone): boolean {
    for (const from of this.#kinds)
      for (const { to } of this.#specification.mappings.filter((mapping) => mapping.from === from)) {
        const owner = this.#owner(to, to === "provider" ? zone.provider : zone.region);
        if (owner === undefined) return this.#unknown(id, to, zone);
        this.#membership({ fromKind: from, from: id, toKind: to, to: owner });
      }
    for (const kind of this.#kinds) this.#entity({ id, kind, label: labelOf(zone) });
    return true;
  }

  #owner(kind: string, name: string): string | undefined {
    const roster = this.#specification.kinds.find(({ id }) => id === kind)?.entities;
    if (roster === undefined) {
      this.#entity({ id: safeId(name), kind, label: { en: name, zh: name } });
      return safeId(name);
    }
    const plain = name.toLowerCase();
    return roster.find(({ id, label }) =>
      [id, label.en, label.zh].some((each) => each.toLowerCase() === plain),
    )?.id;
  }

  #entity(entity: Entities[number]): void {
    if (this.#new(`${entity.kind}/${entity.id}`)) this.entities.push(entity);
  }

  #membership(membership: Memberships[number]): void {
    if (this.#new(JSON.stringify(membership))) this.memberships.push(membership);
  }

  #unknown(id: string, kind: string, zone: FleetZone): false {
    if (this.#new(`unknown/${id}`))
      this.#findings.push(
        library().warningFinding(
          "fleet-zone-left-out",
          { entity: id },
          `Zone ${id} is left out: its region "${zone.region}" is no ${kind} of the specification. Set the pool's region to one of them.`,
          `可用区 ${id} 未计入：其地域“${zone.region}”不是规范中的“${kind}”主体。请将资源池的地域设为其中之一。`,
        ),
      );
    return false;
  }

  #new(key: string): boolean {
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }
}

const labelOf = ({ provider, region, zone }: FleetZone): { en: string; zh: string } => {
  const text = `${provider} · ${region} · ${zone}`;
  return { en: text, zh: text };
};

function originOf(zone: FleetZone, measure: Measure, period: string): Origin {
  const standsIn = isStandIn(zone, measure);
  const isDeclared = declared.has(measure) || (standsIn && measure !== "availability");
  return {
    publisher: isDeclared ? "Declared by the operator of this fleet" : "Measured by Yunhe in this fleet",
    edition: period,
    status: zone.simulated ? "synthetic" : "stated",
    note: ((standsIn ? standInWords[measure] : undefined) ?? measureWords[measure]).en,
  };
}

function originAt(origins: Origin[], origin: Origin): number {
  const key = JSON.stringify(origin);
  const at = origins.findIndex((each) => JSON.stringify(each) === key);
  return at >= 0 ? at : origins.push(origin) - 1;
}

/** The fleet's cells replace those of the base; everything else of the base stays. */
function merged(
  base: DataFile | undefined,
  fleet: { places: Places; origins: Origin[]; observations: DataFile["observations"] },
): DataFile {
  const { places, origins, observations } = fleet;
  const cell = (each: DataFile["observations"][number]): string =>
    `${each.indicator}\u0000${each.entity}\u0000${each.period}`;
  const measured = new Set(observations.map(cell));
  const entities = new Map(
    [...(base?.entities ?? []), ...places.entities].map((each) => [`${each.kind}/${each.id}`, each]),
  );
  const memberships = new Map(
    [...(base?.memberships ?? []), ...places.memberships].map((each) => [
      `${each.fromKind}/${each.from}/${each.toKind}`,
      each,
    ]),
  );
  return {
    format: "yunhe.dev/index-data/v1",
    entities: [...entities.values()],
    memberships: [...memberships.values()],
    origins:
      origins.length === 0 ? [{ publisher: "Measured by Yunhe in this fleet", status: "stated" }] : origins,
    observations: [
      ...(base?.observations ?? []).filter((each) => !measured.has(cell(each))),
      ...observations,
    ],
  };
}
