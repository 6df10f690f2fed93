import { once } from "node:events";
import { connect } from "node:net";
import type { TestContext } from "node:test";
import {
  type Api,
  defineKind,
  eventKind,
  field,
  openApi,
  openMemoryStore,
  openObjects,
  type Objects,
  type Principal,
  type Store,
  systemEnvironment,
  words,
} from "@yunhe/kernel";
import { z } from "zod";
import { createHttpServer, type HttpServer } from "../src/http/index.ts";

export const widgetKind = defineKind({
  group: "sample.yunhe.dev",
  kind: "Widget",
  plural: "widgets",
  shortNames: ["wg"],
  categories: ["all"],
  scope: "Namespaced",
  words: words("widget", "部件"),
  description: words("A thing to test with.", "测试用的部件。"),
  immutable: ["spec.serial"],
  mapLists: { "spec.parts": ["name"] },
  actions: {
    polish: {
      words: words("polish", "抛光"),
      description: words("Makes it shine.", "使其发亮。"),
      input: z.strictObject({ strokes: field(z.int().min(1).max(10), { en: "How often.", zh: "次数。" }) }),
    },
  },
  fields: {
    spec: z.strictObject({
      size: field(z.int().min(1).max(100).default(3), { en: "How large it is.", zh: "大小。" }),
      serial: field(z.string().max(20).optional(), { en: "Its serial number.", zh: "序列号。" }),
      colour: field(z.enum(["red", "blue"]).optional(), { en: "Its colour.", zh: "颜色。" }),
      weightBytes: field(z.number().min(0).optional(), { en: "Its weight.", zh: "重量。", format: "bytes" }),
      parts: field(
        z
          .array(z.strictObject({ name: z.string().min(1), count: z.int().default(1) }))
          .max(5)
          .default([]),
        {
          en: "What it is made of.",
          zh: "组成部分。",
        },
      ),
      notes: field(z.record(z.string(), z.string()).optional(), { en: "Notes.", zh: "备注。" }),
      shape: field(z.union([z.string(), z.strictObject({ corners: z.int() })]).optional(), {
        en: "Shape.",
        zh: "形状。",
      }),
    }),
    status: z
      .strictObject({
        phase: field(z.string().default("New"), { en: "Where it stands.", zh: "状态。" }),
        conditions: z
          .array(
            z.strictObject({
              type: z.string(),
              status: z.string(),
              reason: z.string().optional(),
              message: z.string().optional(),
              lastTransitionTime: z.string().optional(),
            }),
          )
          .default([]),
      })
      .prefault({}),
  },
  columns: [
    { name: words("Size", "大小"), path: ".spec.size", type: "integer" },
    { name: words("Phase", "状态"), path: ".status.phase", type: "string", format: "state" },
    {
      name: words("Weight", "重量"),
      path: ".spec.weightBytes",
      type: "integer",
      format: "bytes",
      priority: 1,
    },
  ],
  example: {},
});

export const projectKind = defineKind({
  group: "identity.yunhe.dev",
  kind: "Project",
  plural: "projects",
  scope: "Cluster",
  words: words("project", "项目"),
  description: words("A project.", "项目。"),
  fields: { spec: z.strictObject({}).prefault({}) },
  example: {},
});

export const kinds = [widgetKind, projectKind, eventKind];

export interface RunningServer {
  readonly api: Api;
  readonly store: Store;
  readonly objects: Objects;
  readonly http: HttpServer;
  readonly url: string;
  readonly port: number;
  /** Mistakes of ours: a test that leaves one here has found a defect. */
  readonly mistakes: unknown[];
  /** Tokens that are known; take one out to revoke it. */
  readonly tokens: Map<string, Principal>;
  readonly polished: unknown[];
  readonly request: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // The tests look into answers of every shape; a wrong guess fails them.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

export const token = "token-of-ada";

/** A server on a free port with the project `demo`; it is closed when the test ends. */
export async function startServer(test: TestContext): Promise<RunningServer> {
  const environment = systemEnvironment();
  const store = openMemoryStore();
  const polished: unknown[] = [];
  const api = openApi({
    store,
    environment,
    kinds,
    authorizer: {
      decide: ({ principal }) =>
        principal.id === "user:eve"
          ? { allowed: false, why: words("not for you", "无权限") }
          : { allowed: true },
    },
    namespaceKind: projectKind,
    actions: {
      "widgets.sample.yunhe.dev": { polish: async (_context, _object, input) => void polished.push(input) },
    },
  });
  const tokens = new Map<string, Principal>([
    [token, { id: "user:ada", type: "User", displayName: "Ada" }],
    ["token-of-eve", { id: "user:eve", type: "User", displayName: "Eve" }],
  ]);
  const mistakes: unknown[] = [];
  const http = createHttpServer({
    api,
    authenticate: ({ headers }) => tokens.get(tokenIn(headers.authorization ?? "")),
    version: { version: "0.0.0-test" },
    routes: [(app) => app.get("/healthz", (context) => context.text("ok"))],
    onError: (error) => mistakes.push(error),
  });
  const { port } = await http.listen(0);
  test.after(() => http.close(100).then(() => store.close()));
  const url = `http://127.0.0.1:${port}`;
  await openObjects(store, kinds, environment).commit(
    [{ type: "create", kind: projectKind, object: { metadata: { name: "demo" } } }],
    { actor: "system:test" },
  );
  return {
    api,
    store,
    objects: openObjects(store, kinds, environment),
    http,
    url,
    port,
    mistakes,
    tokens,
    polished,
    request: (method, path, body, headers) => request(url, method, path, body, headers),
  };
}

/** Bearer, or Basic with the token as password: kubectl sends no bearer token over plain HTTP. */
function tokenIn(authorization: string): string {
  const [scheme, value = ""] = authorization.split(" ");
  return scheme === "Basic" ? Buffer.from(value, "base64").toString().split(":")[1]! : value;
}

async function request(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const raw = typeof body === "string" || body instanceof Uint8Array;
  const answer = await fetch(url + path, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
  });
  const text = await answer.text();
  const json = answer.headers.get("content-type")?.startsWith("application/json") === true;
  return {
    status: answer.status,
    headers: answer.headers,
    body: json && text !== "" ? JSON.parse(text) : text,
  };
}

export const widgets = "/apis/sample.yunhe.dev/v1/namespaces/demo/widgets";

export const widgetBody = (name: string, spec: object = {}, more: object = {}) => ({
  apiVersion: "sample.yunhe.dev/v1",
  kind: "Widget",
  metadata: { name, ...more },
  spec,
});

/** Sends bytes as they are and gives what comes back until the server ends or `untilMs` has passed. */
export async function rawExchange(port: number, text: string | Buffer, untilMs = 2000): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  let answer = "";
  socket.on("data", (chunk: Buffer) => (answer += chunk.toString("latin1")));
  socket.on("error", () => {});
  socket.write(text);
  await Promise.race([once(socket, "close"), new Promise((resolve) => setTimeout(resolve, untilMs).unref())]);
  socket.destroy();
  return answer;
}
