import { randomUUID } from "node:crypto";
import { systemEnvironment } from "@yunhe/kernel";
import type { AttemptRef, Driver } from "@yunhe/domain-compute/driver";
import type { DriverUnderTest } from "@yunhe/domain-compute/driver/conformance";
import { openSlurmDriver, parseSlurmConfig } from "../src/index.ts";

/** Fails instead of skipping where continuous integration must have what the test needs. */
export function skipBecause(missing: string | undefined): { skip?: string } {
  if (missing === undefined) return {};
  if (process.env["YUNHE_CI"] === "1") throw new Error(`continuous integration must not skip: ${missing}`);
  return { skip: missing };
}

export const openDriver = (config: Record<string, unknown>, owner: string = randomUUID()): Driver =>
  openSlurmDriver({ config: parseSlurmConfig(config), owner, environment: systemEnvironment() });

/** A driver whose jobs and folders are its own, and go with it. */
export function driverUnderTest(config: Record<string, unknown>): DriverUnderTest {
  const owner = randomUUID();
  let driver = openDriver(config, owner);
  return {
    driver,
    reopen: async () => {
      await driver.close();
      driver = openDriver(config, owner);
      return driver;
    },
    dispose: async () => {
      await endAll(driver);
      await driver.close();
    },
  };
}

export async function endAll(driver: Driver): Promise<void> {
  for (const { live, attempt, handle } of await driver.list(AbortSignal.timeout(30_000))) {
    const ref: AttemptRef = { id: attempt, handle };
    if (live) await driver.cancel(ref, { graceMs: 0, why: "orphan" });
  }
}
