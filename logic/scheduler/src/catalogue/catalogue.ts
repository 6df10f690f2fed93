import { nvidiaModels } from "./nvidia.ts";
import { otherModels } from "./other-vendors.ts";

/** What is known about a model of accelerator. Figures are the vendor's nominal ones; absent means not published. */
export interface DeviceModel {
  readonly name: string;
  readonly vendor: string;
  /** Other names it goes by in clusters, drivers and price lists. */
  readonly aliases?: readonly string[];
  readonly memoryBytes?: number;
  /** Tags a task can ask for: number formats (`fp8`, `bf16`), software (`cuda-9.0`, `cann`), sharing (`mig`). */
  readonly capabilities: readonly string[];
  readonly powerWatts?: number;
  /** Dense 16-bit (bf16 or fp16) throughput. */
  readonly denseTflops16?: number;
  /** Where the figures come from. */
  readonly source: string;
}

export interface Catalogue {
  /** By name or alias; case, spaces, `-` and `_` do not matter. Undefined when unknown. */
  find(name: string): DeviceModel | undefined;
  readonly models: readonly DeviceModel[];
}

export const normaliseModelName = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]+/g, "");

/** A catalogue of the built-in models plus `extra`; an extra model with a known name or alias replaces it. */
export function createCatalogue(extra: readonly DeviceModel[] = []): Catalogue {
  const byName = new Map<string, DeviceModel>();
  for (const model of [...nvidiaModels, ...otherModels, ...extra]) {
    for (const name of [model.name, ...(model.aliases ?? [])]) byName.set(normaliseModelName(name), model);
  }
  return { models: [...new Set(byName.values())], find: (name) => byName.get(normaliseModelName(name)) };
}

let builtIn: Catalogue | undefined;
export const defaultCatalogue = (): Catalogue => (builtIn ??= createCatalogue());
