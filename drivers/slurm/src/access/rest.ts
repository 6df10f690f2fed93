import { readFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { words } from "@yunhe/kernel";
import { EngineUnreachable } from "@yunhe/domain-compute/driver";
import type { RestConfig } from "../config.ts";
import { questionFailed, submissionFailed } from "./failures.ts";
import type { SlurmAccess } from "./port.ts";
import { controllerMs, dialects, errorsOf, restVersion } from "./rest-dialects.ts";
import type { Dialect } from "./rest-dialects.ts";

interface Answer {
  readonly status: number;
  readonly body: string;
}

type Ask = (method: string, path: string, signal: AbortSignal, body?: unknown) => Promise<Answer>;

const orderTimeoutMs = 60_000;
/** Orders in flight at once. */
const inFlight = 8;

/**
 * `slurmrestd`, on a unix socket or TCP, with a JSON Web Token where one is configured. Speaks v0.0.38 (Slurm 22.05 to
 * 23.11) and the family that began with v0.0.40 (Slurm 23.11 and later); which one is asked once.
 */
export function restAccess(config: RestConfig): SlurmAccess {
  const ask = asker(config);
  let known: Promise<Dialect> | undefined;
  const dialect = (signal: AbortSignal): Promise<Dialect> => {
    known ??= findDialect(config, ask, signal).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
  const get = async (what: string, signal: AbortSignal): Promise<{ spoken: Dialect; body: unknown }> => {
    const spoken = await dialect(signal);
    const answer = await ask("GET", `/slurm/${spoken.version}/${what}`, signal);
    return { spoken, body: parsed(answer) };
  };
  const end = async (jobs: readonly string[], query: string): Promise<void> => {
    const signal = AbortSignal.timeout(orderTimeoutMs);
    const spoken = await dialect(signal);
    const left = [...jobs];
    const worker = async (): Promise<void> => {
      for (let id = left.pop(); id !== undefined; id = left.pop())
        orderGiven(await ask("DELETE", `/slurm/${spoken.version}/job/${id}${query}`, signal));
    };
    await Promise.all(Array.from({ length: Math.min(inFlight, jobs.length) }, worker));
  };
  return {
    cluster: async (signal) => {
      const { body } = await get("ping", signal);
      // Not everybody may ask for it.
      const diagnosis = await get("diag", signal).catch(() => undefined);
      return { ...restVersion(body), nowMs: controllerMs(diagnosis?.body), settings: new Map() };
    },
    nodes: async (signal) => {
      const { spoken, body } = await get("nodes", signal);
      return spoken.nodes(body);
    },
    partitions: async (signal) => {
      const { spoken, body } = await get("partitions", signal);
      return spoken.partitions(body);
    },
    submit: async (submission, signal) => {
      const spoken = await dialect(signal);
      const answer = await ask("POST", `/slurm/${spoken.version}/job/submit`, signal, {
        script: submission.script,
        job: spoken.job(submission),
      });
      const said = errorsOf(answer.body);
      const id = /"job_id":\s*(\d+)/.exec(answer.body)?.[1];
      if (answer.status === 200 && id !== undefined && id !== "0" && said === "") return id;
      throw submissionFailed(
        answer.status === 401 ? `authentication plugin: ${said}` : said || `HTTP ${answer.status}`,
      );
    },
    queue: async (prefix, signal) => {
      const { spoken, body } = await get("jobs", signal);
      return spoken.jobs(body, prefix);
    },
    // Accounting over REST needs slurmdbd's own plugin; the result that each attempt leaves in its folder does without.
    history: () => Promise.resolve(undefined),
    terminate: async (jobs) => {
      const { terminateQuery } = await dialect(AbortSignal.timeout(orderTimeoutMs));
      // Without it the supervisor finds the order in its folder by itself.
      if (terminateQuery !== undefined) await end(jobs, terminateQuery);
    },
    cancel: async (jobs, only) => {
      if (only === undefined) return end(jobs, "");
      const { spoken, body } = await get("jobs", AbortSignal.timeout(orderTimeoutMs));
      const waiting = new Set(
        spoken.jobs(body, "").flatMap(({ id, state }) => (state === "PENDING" ? [id] : [])),
      );
      return end(
        jobs.filter((id) => waiting.has(id)),
        "",
      );
    },
    close: () => Promise.resolve(),
  };
}

function asker(config: RestConfig): Ask {
  const socketPath = /^unix:(.+)$/.exec(config.url)?.[1];
  const base = new URL(socketPath === undefined ? config.url : "http://slurmrestd");
  return async (method, path, signal, body) => {
    const token = config.tokenFile === undefined ? undefined : await tokenOf(config.tokenFile);
    const headers: Record<string, string> = {
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(config.user === undefined ? {} : { "x-slurm-user-name": config.user }),
      ...(token === undefined ? {} : { "x-slurm-user-token": token }),
    };
    try {
      return await exchange(base, { method, path, headers, signal, socketPath }, body);
    } catch (error) {
      signal.throwIfAborted();
      const said = (error as NodeJS.ErrnoException).code ?? String(error);
      throw new EngineUnreachable(
        words(
          `slurmrestd at ${config.url} cannot be reached (${said}): check "rest.url" in the pool's configuration and that slurmrestd runs there; it is tried again.`,
          `无法连接 ${config.url} 上的 slurmrestd（${said}）：请检查资源池配置中的 “rest.url” 以及该处的 slurmrestd；稍后会重试。`,
        ),
        { cause: error },
      );
    }
  };
}

async function tokenOf(file: string): Promise<string> {
  try {
    // As a file holds it that was made by `scontrol token > file`.
    return (await readFile(file, "utf8")).trim().replace(/^SLURM_JWT=/, "");
  } catch (cause) {
    throw new EngineUnreachable(
      words(
        `The token of slurmrestd cannot be read from ${file}: make it with \`scontrol token\`, readable for Yunhe alone.`,
        `无法从 ${file} 读取 slurmrestd 的令牌：请用 \`scontrol token\` 生成，并仅允许云鹤读取。`,
      ),
      { cause },
    );
  }
}

interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly socketPath: string | undefined;
}

function exchange(base: URL, { socketPath, ...rest }: Exchange, body: unknown): Promise<Answer> {
  const request = base.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const options = {
      ...rest,
      host: base.hostname,
      port: base.port,
      ...(socketPath === undefined ? {} : { socketPath }),
    };
    const sent = request(options, (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", reject);
      response.once("end", () => {
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
      });
    });
    sent.once("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function findDialect(config: RestConfig, ask: Ask, signal: AbortSignal): Promise<Dialect> {
  let last: Answer | undefined;
  for (const dialect of dialects) {
    last = await ask("GET", `/slurm/${dialect.version}/ping`, signal);
    if (last.status === 200) return dialect;
    if (last.status !== 404) break;
  }
  if (last !== undefined && last.status !== 404) throw refused(config, last);
  const versions = dialects.map(({ version }) => version).join(", ");
  throw new EngineUnreachable(
    words(
      `slurmrestd at ${config.url} speaks none of the versions that are supported here (${versions}): use the command line or SSH, or update Slurm.`,
      `${config.url} 上的 slurmrestd 不支持此处可用的任何版本（${versions}）：请改用命令行或 SSH，或升级 Slurm。`,
    ),
  );
}

function refused(config: RestConfig, { status, body }: Answer): EngineUnreachable {
  const said = errorsOf(body) || `HTTP ${status}`;
  if (status !== 401 && status !== 403 && !/config is unable to load|authentication/i.test(said))
    return questionFailed("slurmrestd", said);
  return new EngineUnreachable(
    words(
      `slurmrestd at ${config.url} does not accept the token (${said}): make a new one with \`scontrol token\` for the user "${config.user ?? "?"}", and check that clocks agree.`,
      `${config.url} 上的 slurmrestd 不接受该令牌（${said}）：请为用户“${config.user ?? "?"}”用 \`scontrol token\` 重新生成，并检查时钟是否一致。`,
    ),
  );
}

function parsed(answer: Answer): unknown {
  if (answer.status !== 200)
    throw questionFailed("slurmrestd", errorsOf(answer.body) || `HTTP ${answer.status}`);
  try {
    return JSON.parse(answer.body);
  } catch (cause) {
    throw new EngineUnreachable(
      words("slurmrestd answered something that is no JSON.", "slurmrestd 的应答不是 JSON。"),
      { cause },
    );
  }
}

function orderGiven(answer: Answer): void {
  if (answer.status === 200) return;
  const said = errorsOf(answer.body) || `HTTP ${answer.status}`;
  if (!/Invalid job id|already|not running/i.test(said)) throw questionFailed("slurmrestd", said);
}
