import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { words } from "@yunhe/client";
import { stringify } from "yaml";
import { defaultDirectory } from "../command/connect.ts";
import { defineCommand } from "../command/define.ts";
import { CommandError, exitCodes } from "../command/errors.ts";

const kubeconfig = defineCommand({
  name: "kubeconfig",
  usage: "",
  words: words(
    "Print a kubeconfig, so that kubectl, k9s and the like work with this server.",
    "打印 kubeconfig，使 kubectl、k9s 等可用于本服务器。",
  ),
  details: words(
    "kubectl sends a token over TLS only; the server speaks TLS on the same port with its own certificate in DIR/tls.",
    "kubectl 仅通过 TLS 发送令牌；服务器在同一端口提供 TLS，证书位于 DIR/tls。",
  ),
  options: {
    data: {
      type: "value",
      placeholder: "DIR",
      words: words("The server's data folder (default ~/.yunhe).", "服务器数据目录（默认 ~/.yunhe）。"),
    },
  },
  examples: ["yunhe kubeconfig > yunhe.kubeconfig && kubectl --kubeconfig yunhe.kubeconfig get tasks"],
  async run(context, options) {
    const directory = options.data ?? defaultDirectory();
    const [certFile, tokenFile] = [join(directory, "tls", "server.crt"), join(directory, "admin.token")];
    if (!existsSync(certFile)) throw noServer(directory);
    const { transport } = await context.client();
    const token = process.env["YUNHE_TOKEN"] ?? readFileSync(tokenFile, "utf8").trim();
    const cluster = {
      server: transport.server.replace(/^http:/, "https:"),
      "certificate-authority-data": readFileSync(certFile).toString("base64"),
    };
    const config = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "yunhe", cluster }],
      users: [{ name: "yunhe", user: { token } }],
      contexts: [{ name: "yunhe", context: { cluster: "yunhe", user: "yunhe", namespace: context.project } }],
      "current-context": "yunhe",
    };
    context.print(stringify(config).trimEnd());
    return exitCodes.ok;
  },
});

const noServer = (directory: string): CommandError =>
  new CommandError(
    exitCodes.notFound,
    words("There is no server's data folder here.", "此处没有服务器数据目录。"),
    words(`Looked in ${directory}.`, `查找位置：${directory}。`),
    words(
      "Name it with --data; it holds the certificate that kubectl must trust.",
      "请用 --data 指定；其中含有 kubectl 须信任的证书。",
    ),
  );

export const commands = [kubeconfig];
