import type { DeviceModel } from "./device-model.ts";
import { nvidiaModels } from "./nvidia.ts";
import { otherModels } from "./other-vendors.ts";

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
