import { join } from "node:path";
import type { Environment } from "@yunhe/kernel";
import type { DriverFactory, Pool } from "@yunhe/domain-compute";
import { openProcessDriver } from "@yunhe/driver-process";
import { openSlurmDriver, parseSlurmConfig } from "@yunhe/driver-slurm";
import { z } from "zod";

export interface DriverSettings {
  /** `8xA100-80G`: devices for trials on this machine's own pool. */
  readonly simulateDevices: readonly string[];
  /** Run tasks even where nothing keeps them apart. */
  readonly allowNoIsolation: boolean;
}

/** What a pool of driver `process` may say in `spec.config`. */
const processConfig = z.strictObject({
  node: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)
    .optional(),
  simulateDevices: z.array(z.string()).default([]),
});

/** The one list of engines that this server knows. */
export function drivers(
  directory: string,
  environment: Environment,
  settings: DriverSettings,
): Readonly<Record<string, DriverFactory>> {
  return {
    process: async (pool: Pool) => {
      const config = processConfig.parse(pool.spec.config);
      return openProcessDriver({
        directory: join(directory, "pools", pool.metadata.name),
        environment,
        simulateDevices: [
          ...config.simulateDevices,
          ...(pool.metadata.name === "local" ? settings.simulateDevices : []),
        ],
        allowNoIsolation: settings.allowNoIsolation,
        privatePaths: [directory],
        ...(config.node === undefined ? {} : { node: config.node }),
      });
    },
    // The pool's uid sets its jobs apart from those of every other control plane that uses the same account.
    slurm: async (pool: Pool) =>
      openSlurmDriver({
        config: parseSlurmConfig(pool.spec.config),
        owner: pool.metadata.uid,
        environment,
      }),
  };
}
