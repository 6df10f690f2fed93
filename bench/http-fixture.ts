import {
  type AnyKind,
  type Api,
  defineKind,
  field,
  openApi,
  openMemoryStore,
  openSqliteStore,
  type Store,
  systemEnvironment,
  words,
} from "@yunhe/kernel";
import { z } from "zod";
import { createHttpServer, type HttpServer } from "../server/src/http/index.ts";

/** An object of the size of a small task. */
export const jobKind = defineKind({
  group: "bench.yunhe.dev",
  kind: "Job",
  plural: "jobs",
  scope: "Namespaced",
  words: words("job", "作业"),
  description: words("A job for measuring", "用于测量的作业"),
  fields: {
    spec: z.strictObject({
      command: field(z.array(z.string()).min(1), { en: "Command.", zh: "命令。" }),
      environment: z.record(z.string(), z.string()).default({}),
      cpus: z.number().positive().default(1),
      memoryBytes: z
        .int()
        .min(0)
        .default(256 * 1024 * 1024),
    }),
    status: z.strictObject({ phase: z.string().default("Pending") }).prefault({}),
  },
  example: {},
});

export interface BenchServer {
  readonly store: Store;
  readonly api: Api;
  readonly http: HttpServer;
  readonly port: number;
}

/** A server with one person who may do everything; `file` undefined: the store in memory. */
export async function startBenchServer(
  file: string | undefined,
  kinds: readonly AnyKind[] = [jobKind],
): Promise<BenchServer> {
  const environment = systemEnvironment();
  const store = file === undefined ? openMemoryStore() : await openSqliteStore({ path: file });
  const api = openApi({ store, kinds, environment, authorizer: { decide: () => ({ allowed: true }) } });
  const http = createHttpServer({
    api,
    authenticate: () => ({ id: "user:bench", type: "User", displayName: "Bench" }),
    version: { version: "bench" },
  });
  const { port } = await http.listen(0);
  return { store, api, http, port };
}
