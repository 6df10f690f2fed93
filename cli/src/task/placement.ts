import { usageError } from "../command/errors.ts";

/** Options of `yunhe run` that say where a task may run; texts as the person wrote them. */
export interface PlacementOptions {
  readonly pool: readonly string[];
  readonly provider: readonly string[];
  readonly region: readonly string[];
  readonly jurisdiction: readonly string[];
  readonly "max-price": string | undefined;
  readonly "max-latency": string | undefined;
  readonly capacity: string | undefined;
  readonly prefer: readonly string[];
}

/** `spec.placement` of a task; undefined when nothing is asked for. */
export function placementOf(options: PlacementOptions): Record<string, unknown> | undefined {
  const prefer = Object.assign({}, ...options.prefer.map(wishOf)) as Record<string, unknown>;
  const lists = {
    pools: options.pool,
    providers: options.provider,
    regions: options.region,
    jurisdictions: options.jurisdiction,
  };
  const placement = {
    ...Object.fromEntries(Object.entries(lists).filter(([, values]) => values.length > 0)),
    ...(options["max-price"] === undefined ? {} : priceOf(options["max-price"])),
    ...(options["max-latency"] === undefined ? {} : { maxLatencyMs: latencyOf(options["max-latency"]) }),
    ...(options.capacity === undefined ? {} : { capacity: options.capacity }),
    ...(Object.keys(prefer).length === 0 ? {} : { prefer }),
  };
  return Object.keys(placement).length === 0 ? undefined : placement;
}

/** `2.5`, `2.5USD`, `2.5 USD`. */
function priceOf(text: string): Record<string, string> {
  const [, maxPricePerHour = "", currency] = /^(\d+(?:\.\d+)?) ?([A-Z]{3})?$/.exec(text.trim()) ?? [];
  if (maxPricePerHour === "")
    throw usageError(
      `--max-price is a price such as 2.5 or 2.5USD, not ${text}.`,
      `--max-price 为价格，如 2.5 或 2.5USD，而非 ${text}。`,
    );
  return { maxPricePerHour, ...(currency === undefined ? {} : { currency }) };
}

/** `shanghai:20`, `shanghai:20ms`. */
function latencyOf(text: string): { readonly to: string; readonly ms: number } {
  const [, to = "", ms] = /^(.+):(\d+(?:\.\d+)?)(?:ms)?$/.exec(text) ?? [];
  if (to === "")
    throw usageError(
      `--max-latency is PLACE:MILLISECONDS such as shanghai:20, not ${text}.`,
      `--max-latency 的格式为 地点:毫秒，如 shanghai:20，而非 ${text}。`,
    );
  return { to, ms: Number(ms) };
}

const simpleWishes: Readonly<Record<string, string>> = {
  cheap: "cheap",
  "fast-start": "fastStart",
  "low-carbon": "lowCarbon",
};

/** `cheap`, `low-carbon=2`, `near:shanghai=0.5`, `spread:node`. */
function wishOf(text: string): Record<string, unknown> {
  const [, wish = "", , of, , given] = /^([a-z-]+)(:([^=]+))?(=(.+))?$/.exec(text) ?? [];
  const weight = given === undefined ? 1 : Number(given);
  const simple = simpleWishes[wish];
  const isWeight = Number.isFinite(weight) && weight >= 0;
  if (simple !== undefined && of === undefined && isWeight) return { [simple]: weight };
  if (wish === "near" && of !== undefined && isWeight) return { near: { to: of, weight } };
  if (wish === "spread" && of !== undefined && given === undefined) return { spread: of };
  throw usageError(
    `--prefer is cheap, fast-start, low-carbon or near:PLACE, each with =WEIGHT if you like, or spread:node; not ${text}.`,
    `--prefer 为 cheap、fast-start、low-carbon 或 near:地点（均可加 =权重），或 spread:node；而非 ${text}。`,
  );
}
