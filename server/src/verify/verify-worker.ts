import { parentPort, workerData } from "node:worker_threads";
import { openAuditFile } from "@yunhe/kernel";
import { examineStore } from "./examine.ts";

/** Looks at one state of the file in a thread of its own, so that the server goes on answering. */
const store = openAuditFile((workerData as { path: string }).path);
try {
  const verdict = await examineStore(store);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(verdict);
} finally {
  await store.close();
}
