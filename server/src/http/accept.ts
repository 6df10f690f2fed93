import type { IncomingMessage } from "node:http";
import type { Language } from "@yunhe/kernel";

/** How a client wants an object: as it is, as a table, as its metadata alone. */
export type Representation = "Object" | "Table" | "PartialObjectMetadata";

interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Media types of an `Accept` header, best first (RFC 9110 section 12.5.1). */
export function mediaRanges(header: string | undefined): MediaRange[] {
  return (header ?? "*/*")
    .split(",")
    .map((text) => {
      const [type, ...rest] = text.split(";").map((part) => part.trim());
      const parameters = new Map(rest.map((part) => part.split("=", 2) as [string, string]));
      return { type: type!.toLowerCase(), parameters, quality: Number(parameters.get("q") ?? 1) };
    })
    .filter(({ quality }) => quality > 0)
    .toSorted((left, right) => right.quality - left.quality);
}

const jsonTypes = new Set(["application/json", "application/*", "*/*"]);

/** The first form asked for that there is. Undefined: none (406). */
export function representationOf(request: IncomingMessage): Representation | undefined {
  if (request.headers.accept === undefined) return "Object";
  for (const { type, parameters } of mediaRanges(request.headers.accept)) {
    if (!jsonTypes.has(type)) continue;
    const as = parameters.get("as");
    if (as === undefined) return "Object";
    if (parameters.get("g") !== "meta.k8s.io" || parameters.get("v") !== "v1") continue;
    if (as === "Table" || as === "PartialObjectMetadata") return as;
    if (as === "PartialObjectMetadataList") return "PartialObjectMetadata";
  }
  return undefined;
}

/** `v2`, `v2beta1` when aggregated discovery is asked for. */
export function discoveryVersion(request: IncomingMessage): string | undefined {
  for (const { type, parameters } of mediaRanges(request.headers.accept)) {
    if (type !== "application/json") continue;
    const version = parameters.get("v");
    if (parameters.get("as") === "APIGroupDiscoveryList" && (version === "v2" || version === "v2beta1"))
      return version;
    if (!parameters.has("as")) return undefined;
  }
  return undefined;
}

/** The first language of `Accept-Language` that there is; English otherwise. */
export function languageOf(request: IncomingMessage): Language {
  if (request.headers["accept-language"] === undefined) return "en";
  for (const { type } of mediaRanges(request.headers["accept-language"])) {
    if (type === "zh" || type.startsWith("zh-")) return "zh";
    if (type === "en" || type.startsWith("en-")) return "en";
  }
  return "en";
}
