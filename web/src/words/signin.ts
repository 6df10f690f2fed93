import { w } from "./words.ts";

export const signInWords = {
  title: w("Sign in to Yunhe", "登录云鹤"),
  lead: w("Turn the computers you already have into one smart cloud.", "将您已有的算力汇聚成一朵智能云。"),
  token: w("API token", "API 令牌"),
  tokenHint: w(
    "On the machine that runs Yunhe it lies in the file admin.token of the data folder.",
    "在运行云鹤的机器上，令牌位于数据目录的 admin.token 文件中。",
  ),
  signIn: w("Sign in", "登录"),
  link: w(
    "Or open the one-time link that `yunhe up` prints when it starts.",
    "也可打开 `yunhe up` 启动时打印的一次性链接。",
  ),
  byLink: w("Signing you in with the link…", "正在通过链接登录……"),
  emptyToken: w("Paste a token first.", "请先粘贴令牌。"),
  version: w("Version {version}", "版本 {version}"),
} as const;
