import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The script that runs an attempt on its node. */
export const supervisorText = readFileSync(
  fileURLToPath(new URL("../supervise.sh", import.meta.url)),
  "utf8",
);

/** Named after its content: jobs that wait keep the one that they were submitted with. */
export const supervisorName = `.supervise-${createHash("sha256").update(supervisorText).digest("hex").slice(0, 12)}.sh`;
