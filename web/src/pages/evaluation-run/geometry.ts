type Position = readonly [number, number];
type Ring = readonly Position[];

interface Feature {
  readonly id?: string | number;
  readonly properties?: Readonly<Record<string, unknown>> | null;
  readonly geometry?: { readonly type: string; readonly coordinates: unknown } | null;
}

/** A drawn outline and which entity it is of; -1: none. */
export interface DrawnShape {
  readonly path: string;
  readonly entity: number;
}

interface Named {
  readonly id: string;
  readonly label: { readonly en: string; readonly zh: string };
}

/** No feature of the file is of any entity shown. */
export class NothingMatches extends Error {}

const width = 720;
const height = 560;

/**
 * Polygons of a GeoJSON file (RFC 7946) that the operator supplies, fitted into the picture with the height of the
 * middle latitude kept true. A feature belongs to the entity whose id or name one of its properties has.
 * @throws NothingMatches when no feature belongs to any entity
 */
export function shapesOf(text: string, entities: readonly Named[]): readonly DrawnShape[] {
  const { features = [] } = JSON.parse(text) as { readonly features?: readonly Feature[] };
  const drawn = features.map((feature) => ({ rings: ringsOf(feature), entity: entityOf(feature, entities) }));
  if (!drawn.some(({ entity }) => entity >= 0)) throw new NothingMatches();
  const points = drawn.flatMap(({ rings }) => rings.flat());
  const [west, east] = extent(points.map(([longitude]) => longitude));
  const [south, north] = extent(points.map(([, latitude]) => latitude));
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = Math.min(width / ((east - west) * squeeze || 1), height / (north - south || 1));
  const place = ([longitude, latitude]: Position): string =>
    `${((longitude - west) * squeeze * scale).toFixed(1)} ${((north - latitude) * scale).toFixed(1)}`;
  return drawn.map(({ rings, entity }) => ({
    path: rings.map((ring) => `M${ring.map(place).join("L")}Z`).join(""),
    entity,
  }));
}

const extent = (values: readonly number[]): [number, number] =>
  values.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  );

function ringsOf({ geometry }: Feature): readonly Ring[] {
  if (geometry?.type === "Polygon") return geometry.coordinates as readonly Ring[];
  if (geometry?.type === "MultiPolygon") return (geometry.coordinates as readonly (readonly Ring[])[]).flat();
  return [];
}

function entityOf({ id, properties }: Feature, entities: readonly Named[]): number {
  const texts = [id, ...Object.values(properties ?? {})].map((value) => String(value).toLowerCase());
  return entities.findIndex((entity) =>
    [entity.id, entity.label.en, entity.label.zh].some((name) => texts.includes(name.toLowerCase())),
  );
}
