import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { words, type Words } from "@yunhe/kernel";
import { startServer } from "@yunhe/server";
import { code, type Page, table } from "./page.ts";

/** What each route is for. A route of the server that is not here, or the other way round, is an error. */
const routes: Readonly<Record<string, Words>> = {
  "GET /healthz": words("The process answers; needs no sign-in.", "进程可应答；无需登录。"),
  "GET /livez": words("The same.", "同上。"),
  "GET /readyz": words("Ready for work, else 503; needs no sign-in.", "可以工作，否则 503；无需登录。"),
  "GET /signin/discovery": words("How to sign in; needs no sign-in.", "如何登录；无需登录。"),
  "POST /signin/session": words(
    "Exchanges a token or a one-time code for a session cookie.",
    "以令牌或一次性代码换取会话 cookie。",
  ),
  "GET /signin/session": words("Who one is.", "当前身份。"),
  "DELETE /signin/session": words("Signs out.", "退出登录。"),
  "GET /yunhe/kinds": words(
    "Every kind with words, columns, actions and schema.",
    "所有类型及其文字、列、操作与模式。",
  ),
  "GET /yunhe/v1/fleet": words(
    "Nodes, what is held and free, what runs where, use over time.",
    "节点、占用与空闲、任务分布、历史用量。",
  ),
  "GET /yunhe/v1/identifiers": words(
    "Compute identifiers: `q`, `vendor`, `model`, `free`, `minMemoryBytes`.",
    "算力标识查询：`q`、`vendor`、`model`、`free`、`minMemoryBytes`。",
  ),
  "GET /yunhe/v1/history": words(
    "What ran and ended, with the fleet and its queues, as a trace to replay: `project`.",
    "已运行结束的任务，连同资源池与队列，作为可回放的轨迹：`project`。",
  ),
  "GET /yunhe/v1/audit": words(
    "Who did what, newest first: `namespace`, `kind`, `name`, `actor`, `before`, `limit`.",
    "谁做了什么，最新在前：`namespace`、`kind`、`name`、`actor`、`before`、`limit`。",
  ),
  "GET /yunhe/v1/verification": words(
    "What the store was found to be when it was verified last, promise by promise. For operators of the cluster.",
    "存储最近一次验证的结果，逐项列出各保证。供集群运维使用。",
  ),
  "POST /yunhe/v1/verification": words(
    "Verifies the store now and gives the result; it reads beside the running work. For operators of the cluster.",
    "立即验证存储并给出结果；不影响运行。供集群运维使用。",
  ),
  "PUT /yunhe/v1/projects/:project/blobs/:sha256": words(
    "Uploads an input file under its digest.",
    "按摘要上传输入文件。",
  ),
  "GET /yunhe/v1/projects/:project/blobs/:sha256/stat": words(
    "Whether the project has it.",
    "项目是否已有该内容。",
  ),
  "GET /yunhe/v1/projects/:project/blobs/:sha256": words("Downloads an output file.", "下载输出文件。"),
  "GET /yunhe/v1/evaluation/specifications": words(
    "Index specifications that come with Yunhe.",
    "内置的指数规范。",
  ),
  "POST /yunhe/v1/projects/:project/evaluation/tables": words(
    "Reads a table and proposes a mapping.",
    "读取表格并建议映射。",
  ),
  "POST /yunhe/v1/projects/:project/evaluation/imports": words(
    "Imports a table as a data set.",
    "将表格导入为数据集。",
  ),
  "GET /yunhe/v1/projects/:project/evaluation/datasets/:name/export": words(
    "A data set as a file.",
    "以文件导出数据集。",
  ),
  "GET /yunhe/v1/projects/:project/evaluation/evaluations/:name/export": words(
    "An evaluation's results as a file.",
    "以文件导出评价结果。",
  ),
  "GET /yunhe/v1/projects/:project/evaluation/observatory": words(
    "What the figures of the industry say when held together.",
    "行业数据的相互印证结果。",
  ),
  "POST /yunhe/v1/projects/:project/evaluation/figures": words(
    "Imports figures from a CSV file.",
    "从 CSV 文件导入数据。",
  ),
};

const conventions: readonly (readonly [string, Words])[] = [
  ["GET /version", words("Version of server and API.", "服务器与 API 版本。")],
  ["GET /api, /apis, /apis/GROUP/v1", words("Discovery, also aggregated.", "发现接口，含聚合形式。")],
  ["GET /openapi/v3", words("OpenAPI 3 per group.", "各组的 OpenAPI 3 文档。")],
  [
    "GET …/PLURAL",
    words(
      "List: `labelSelector`, `fieldSelector`, `limit`, `continue`, `watch`.",
      "列表：`labelSelector`、`fieldSelector`、`limit`、`continue`、`watch`。",
    ),
  ],
  [
    "POST …/PLURAL",
    words(
      "Create; `dryRun=All`, `fieldValidation`, header `Idempotency-Key` (repeated within 24 h: the first answer again).",
      "创建；`dryRun=All`、`fieldValidation`、请求头 `Idempotency-Key`（24 小时内重复：再次给出首次的答复）。",
    ),
  ],
  [
    "GET, PUT, DELETE …/PLURAL/NAME",
    words(
      "Read, replace, delete (`propagationPolicy`, preconditions).",
      "读取、替换、删除（`propagationPolicy`、前置条件）。",
    ),
  ],
  [
    "PATCH …/PLURAL/NAME",
    words(
      "Merge patch, JSON patch, server-side apply, by content type.",
      "按内容类型：合并补丁、JSON 补丁、服务端应用。",
    ),
  ],
  ["GET, PUT, PATCH …/NAME/status", words("The status alone.", "仅状态。")],
  ["POST …/NAME/ACTION", words("An action of the kind, such as `cancel`.", "该类型的操作，如 `cancel`。")],
  [
    "GET …/tasks/NAME/log",
    words(
      "A task's log: `follow`, `attempt`, `fromByte`, `tailLines`.",
      "任务日志：`follow`、`attempt`、`fromByte`、`tailLines`。",
    ),
  ],
  [
    "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    words("`kubectl auth can-i`.", "`kubectl auth can-i`。"),
  ],
];

export async function routePages(): Promise<Page[]> {
  const found = await routesOfServer();
  const unknown = [
    ...found.filter((route) => !(route in routes)),
    ...Object.keys(routes).filter((route) => !found.includes(route)),
  ];
  if (unknown.length > 0)
    throw new Error(
      `tools/reference/routes.ts and the server differ; say there what these are for, or drop them:\n${unknown.join("\n")}`,
    );
  const rows = (entries: readonly (readonly [string, Words])[]): string[][] =>
    entries.map(([route, { en, zh }]) => [code(route), en, zh]);
  const head = ["Route · 路由", "Meaning", "含义"];
  const sections = [
    "# HTTP API",
    "Kinds follow the Kubernetes API conventions below `/api/v1` and `/apis/GROUP/v1` (each kind's page has its path); " +
      "the rest lies below `/yunhe` and `/signin`. Sign in with `Authorization: Bearer TOKEN`, over HTTP or TLS on the same port.  \n" +
      "各类型遵循 Kubernetes API 约定，位于 `/api/v1` 与 `/apis/GROUP/v1` 之下（路径见各类型页面）；其余位于 `/yunhe` 与 `/signin` 之下。" +
      "以 `Authorization: Bearer 令牌` 登录；HTTP 与 TLS 共用同一端口。",
    "## Kinds · 资源类型",
    table(head, rows(conventions)),
    "## Beside the kinds · 其他",
    table(head, rows(found.map((route) => [route, routes[route]!] as const))),
  ];
  return [{ path: "http.md", title: words("HTTP API", "HTTP API"), text: sections.join("\n\n") }];
}

/** Asked of a server that is really started, so that none is forgotten. */
async function routesOfServer(): Promise<string[]> {
  const directory = mkdtempSync(join(tmpdir(), "yunhe-reference-"));
  const server = await startServer({
    directory,
    host: "127.0.0.1",
    port: 0,
    simulateDevices: [],
    allowNoIsolation: true,
    consoleDirectory: undefined,
    warn: () => undefined,
    onFatal: (error) => {
      throw error;
    },
  });
  const found = server.http.app.routes
    .filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method} ${path}`);
  await server.close();
  rmSync(directory, { recursive: true, force: true });
  return [...new Set(found)];
}
