import { dirname } from "node:path";
import { words } from "@yunhe/client";
import { type ServerOptions, startServer, version } from "@yunhe/server";
import type { Context } from "./command/context.ts";
import { CommandError, exitCodes } from "./command/errors.ts";

export interface ServeOptions extends Pick<
  ServerOptions,
  "directory" | "host" | "port" | "simulateDevices" | "allowNoIsolation"
> {
  readonly console: boolean;
}

const root = dirname(dirname(import.meta.dirname));

/** Runs the server until it is told to stop; a second signal stops at once. */
export async function serve(context: Context, options: ServeOptions): Promise<number> {
  const warn = (line: string): void => void process.stderr.write(`${line}\n`);
  const server = await startServer({
    ...options,
    consoleDirectory: options.console ? await consoleDirectory(context) : undefined,
    warn,
    onFatal: (error) => {
      warn(error.message);
      process.exit(exitCodes.failed);
    },
  }).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE")
      throw portTaken(options.host, options.port);
    throw error;
  });
  greet(context, server.address, server.signInLink?.url, server.tokenFile, options);
  await stopSignal();
  context.note(words("Stopping; tasks go on running.", "正在停止；任务继续运行。"));
  await server.close();
  // Whatever a driver has left open: a server that has stopped must not stay as a process.
  setTimeout(() => process.exit(exitCodes.ok), lingerMs).unref();
  return exitCodes.ok;
}

const lingerMs = 5000;

/** Longer than this and a person wants to know what is going on. */
const noticeableMs = 700;

/** The console is built when it is missing or older than its sources. */
async function consoleDirectory(context: Context): Promise<string | undefined> {
  try {
    const { ensureConsole } = await import("@yunhe/web/build.ts");
    const slow = setTimeout(
      () => context.note(words("Building the console (once) …", "正在构建控制台（仅此一次）……")),
      noticeableMs,
    );
    return await ensureConsole(root).finally(() => clearTimeout(slow));
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    context.note(words(`The console could not be built: ${text}`, `控制台构建失败：${text}`));
    return undefined;
  }
}

function greet(
  context: Context,
  address: string,
  link: string | undefined,
  tokenFile: string,
  options: ServeOptions,
): void {
  const { print, say } = context;
  print(say(words(`Yunhe ${version} is ready at ${address}`, `云鹤 ${version} 已就绪：${address}`)));
  if (link !== undefined && options.console)
    print(
      say(
        words(`  Console (one-time link, 10 min): ${link}`, `  控制台（一次性链接，10 分钟内有效）：${link}`),
      ),
    );
  print(say(words(`  Admin token: ${tokenFile}`, `  管理员令牌：${tokenFile}`)));
  print(say(words(`  Try: ./yunhe run echo hello`, `  试试：./yunhe run echo hello`)));
  if (options.allowNoIsolation) {
    context.note(
      words(
        "  Tasks may run without isolation, as asked with --allow-no-isolation.",
        "  按 --allow-no-isolation 的要求，任务可能在无隔离下运行。",
      ),
    );
  }
}

/** A service manager may tell the launcher and the server, and the launcher passes it on: that is one wish, not two. */
const sameWishMs = 1000;

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let firstAtMs: number | undefined;
    const stop = (): void => {
      const nowMs = performance.now();
      if (firstAtMs !== undefined && nowMs - firstAtMs > sameWishMs) process.exit(exitCodes.interrupted);
      firstAtMs ??= nowMs;
      resolve();
    };
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);
  });
}

const portTaken = (host: string, port: number): CommandError =>
  new CommandError(
    exitCodes.failed,
    words("The address is taken.", "地址已被占用。"),
    words(`Something listens at ${host}:${port} already.`, `${host}:${port} 已有程序监听。`),
    words("Stop it, or choose another with --listen.", "请停止它，或用 --listen 另选地址。"),
  );
