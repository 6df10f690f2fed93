import { join } from "node:path";
import type { Environment } from "@yunhe/kernel";
import {
  bytesOf,
  bytesQuantity,
  cpuMilliOf,
  cpuQuantity,
  type DriverFactory,
  type Pool,
} from "@yunhe/domain-compute";
import type { Driver, EngineFacts } from "@yunhe/domain-compute/driver";
import { openProcessDriver } from "@yunhe/driver-process";
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
  /** For trials: volumes are copied to the pool and back, as if it were another machine. */
  ownStorage: z.boolean().default(false),
  /** For trials: several pools on one machine that declare what they have, as if each were a place of its own. */
  capacity: z
    .strictObject({
      cpus: cpuQuantity.optional(),
      memory: bytesQuantity.optional(),
      /** `4xA10`: as in `simulateDevices`. */
      devices: z.array(z.string()).default([]),
    })
    .optional(),
});
type ProcessConfig = z.output<typeof processConfig>;

/** The one list of engines that this server knows. */
export function drivers(
  directory: string,
  environment: Environment,
  settings: DriverSettings,
): Readonly<Record<string, DriverFactory>> {
  return {
    process: async (pool: Pool) => {
      const config = processConfig.parse(pool.spec.config);
      const driver = await openProcessDriver({
        directory: join(directory, "pools", pool.metadata.name),
        environment,
        simulateDevices: [
          ...config.simulateDevices,
          ...(config.capacity?.devices ?? []),
          ...(pool.metadata.name === "local" ? settings.simulateDevices : []),
        ],
        allowNoIsolation: settings.allowNoIsolation,
        privatePaths: [directory],
        ...(config.node === undefined ? {} : { node: config.node }),
      });
      const root = join(directory, "pools", pool.metadata.name, "storage");
      const placed = config.ownStorage ? { ...driver, storage: { root } } : driver;
      return config.capacity === undefined ? placed : declaring(placed, config.capacity);
    },
    // The pool's uid sets its jobs apart from those of every other control plane that uses the same account.
    slurm: async (pool: Pool) => {
      const { openSlurmDriver, parseSlurmConfig } = await import("@yunhe/driver-slurm");
      return openSlurmDriver({
        config: parseSlurmConfig(pool.spec.config),
        owner: pool.metadata.uid,
        environment,
      });
    },
  };
}

/** Runs tasks on this machine, but says that it has the declared capacity, and says that it was declared. */
function declaring(driver: Driver, capacity: NonNullable<ProcessConfig["capacity"]>): Driver {
  const declare = (facts: EngineFacts): EngineFacts => ({
    ...facts,
    version: `${facts.version}, simulated capacity`,
    nodes: facts.nodes.map((node) => ({
      ...node,
      ...(capacity.cpus === undefined ? {} : { cpuMilli: cpuMilliOf(capacity.cpus) }),
      ...(capacity.memory === undefined ? {} : { memoryBytes: bytesOf(capacity.memory) }),
      labels: { ...node.labels, "yunhe.dev/simulated": "true" },
    })),
    warnings: [...facts.warnings, simulated],
  });
  return { ...driver, facts: async (signal) => declare(await driver.facts(signal)) };
}

const simulated = {
  en: "Simulated for trials: tasks really run on this machine, whose capacity is declared and not measured.",
  zh: "试用模拟：任务实际在本机运行，其容量为声明值而非实测。",
};
