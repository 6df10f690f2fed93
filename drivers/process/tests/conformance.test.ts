import { driverConformance } from "@yunhe/domain-compute/driver/conformance";
import type { DriverUnderTest } from "@yunhe/domain-compute/driver/conformance";
import type { ProcessDriverOptions } from "../src/index.ts";
import { openBench } from "./trial.ts";

const make = (options: Partial<ProcessDriverOptions>) => async (): Promise<DriverUnderTest> => {
  const bench = await openBench(options);
  return { driver: bench.driver, reopen: () => bench.reopen(), dispose: () => bench.dispose() };
};

driverConformance("the process driver at its strongest level", make({}));
driverConformance("the process driver with limits only", make({ without: ["bwrap"] }));
driverConformance(
  "the process driver without any isolation",
  make({ without: ["bwrap", "setpriv", "cgroups"], allowNoIsolation: true }),
);
