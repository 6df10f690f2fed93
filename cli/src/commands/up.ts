import { words } from "@yunhe/client";
import { defineCommand } from "../command/define.ts";
import { usageError } from "../command/errors.ts";
import { defaultDirectory } from "../command/connect.ts";

const up = defineCommand({
  name: "up",
  usage: "",
  words: words(
    "Run Yunhe here: control plane, API, console, this machine as the first pool.",
    "在本机运行云鹤：控制面、API、控制台，本机即首个资源池。",
  ),
  details: words(
    "The admin token lies in DIR/admin.token. Tasks go on running when the server stops; the next start finds them again.",
    "管理员令牌位于 DIR/admin.token。服务器停止后任务继续运行，下次启动会重新接管。",
  ),
  options: {
    data: {
      type: "value",
      placeholder: "DIR",
      words: words("Where everything is kept (default ~/.yunhe).", "数据目录（默认 ~/.yunhe）。"),
    },
    listen: {
      type: "value",
      placeholder: "HOST:PORT",
      words: words("Address (default 127.0.0.1:7788).", "监听地址（默认 127.0.0.1:7788）。"),
    },
    "simulate-devices": {
      type: "list",
      placeholder: "8xA100-80G",
      words: words("Declare devices for trials.", "声明试用的模拟设备。"),
    },
    "allow-no-isolation": {
      type: "flag",
      words: words("Run tasks even where nothing keeps them apart.", "即使无法隔离也运行任务。"),
    },
    "no-console": { type: "flag", words: words("Do not serve the console.", "不提供控制台。") },
  },
  examples: ["yunhe up", "yunhe up --data ./data --listen 127.0.0.1:7788 --simulate-devices 8xA100-80G"],
  async run(context, options) {
    const { host, port } = address(options.listen ?? "127.0.0.1:7788");
    const { serve } = await import("../serve.ts");
    return serve(context, {
      directory: options.data ?? defaultDirectory(),
      host,
      port,
      simulateDevices: options["simulate-devices"],
      allowNoIsolation: options["allow-no-isolation"],
      console: !options["no-console"],
    });
  },
});

/** `HOST:PORT`, `[::1]:7788`, `:7788` or `7788`. */
function address(text: string): { host: string; port: number } {
  const match = /^(?:(?:\[([0-9a-fA-F:]+)\]|([^:[\]]*)):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535)
    throw usageError(`--listen is HOST:PORT, not ${text}.`, `--listen 的格式为 HOST:PORT，而非 ${text}。`);
  return { host: match[1] ?? (match[2] || "127.0.0.1"), port };
}

export const commands = [up];
