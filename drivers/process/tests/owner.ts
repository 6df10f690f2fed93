/** A program that hosts a driver and submits attempts until it is killed; prints each accepted one. */
import { jobOf } from "../../../domains/compute/src/driver/conformance-steps.ts";
import type { AttemptId } from "@yunhe/domain-compute/driver";
import { openProcessDriver } from "../src/index.ts";
import { realEnvironment } from "./trial.ts";

const [directory = "", tally = "", round = ""] = process.argv.slice(2);
const driver = await openProcessDriver({ directory, environment: realEnvironment });
process.stdout.write("ready\n");
for (let count = 0; ; count++) {
  const id = `r${round}-${count}` as AttemptId;
  const script = `echo ${id} >> /tally/ran; sleep 0.${count % 4}; exit ${count % 7}`;
  process.stdout.write(`try ${id}\n`);
  await driver.submit(
    jobOf(id, {
      command: ["/bin/sh", "-c", script],
      volumes: [{ volume: "tally", source: tally, mountPath: "/tally", readOnly: false }],
    }),
    AbortSignal.timeout(30_000),
  );
  process.stdout.write(`accepted ${id}\n`);
}
