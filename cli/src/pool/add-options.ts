import { words } from "@yunhe/client";
import type { OptionDefinitions } from "../command/define.ts";

const value = (placeholder: string, en: string, zh: string) =>
  ({ type: "value", placeholder, words: words(en, zh) }) as const;
const list = (placeholder: string, en: string, zh: string) =>
  ({ type: "list", placeholder, words: words(en, zh) }) as const;

/** Options of `yunhe pool add`. */
export const addOptions = {
  "work-directory": value(
    "DIR",
    "Slurm: a folder that login host and nodes share.",
    "Slurm：登录节点与各节点共享的目录。",
  ),
  ssh: value("[USER@]HOST[:PORT]", "Slurm: reach its command line over SSH.", "Slurm：经 SSH 使用其命令行。"),
  "identity-file": value("FILE", "SSH: private key on the server's machine.", "SSH：服务器本机上的私钥。"),
  "known-hosts": value("FILE", "SSH: where the host's key is looked up.", "SSH：查找主机公钥的文件。"),
  rest: value("URL", "Slurm: use slurmrestd at this address.", "Slurm：使用此地址的 slurmrestd。"),
  "rest-token-file": value(
    "FILE",
    "Slurm: a file with a JSON Web Token.",
    "Slurm：存放 JSON Web Token 的文件。",
  ),
  partition: value("NAME", "Slurm: partition; else the default one.", "Slurm：分区；默认为集群默认分区。"),
  account: value("NAME", "Slurm: account to charge.", "Slurm：计费账户。"),
  qos: value("NAME", "Slurm: quality of service.", "Slurm：服务质量（QOS）。"),
  cpus: value("N", "process: declare so many cores, for trials.", "process：声明核数，供试用。"),
  memory: value("SIZE", "process: declare so much memory, for trials.", "process：声明内存，供试用。"),
  device: list("4xA10-24G", "process: declare devices, for trials.", "process：声明设备，供试用。"),
  set: list(
    "NAME=VALUE",
    "Any other setting of the driver; JSON is taken as such.",
    "驱动的其他设置；JSON 按其类型处理。",
  ),
  provider: value("NAME", "Who owns the machines.", "机器的提供者。"),
  region: value("NAME", "Region.", "地域。"),
  zone: value("NAME", "Zone within the region.", "可用区。"),
  jurisdiction: value("NAME", "Whose law holds there, such as CN.", "适用法域，如 CN。"),
  currency: value("CODE", "Currency of the prices, such as CNY.", "价格的货币，如 CNY。"),
  "price-core": value("PRICE", "One core for an hour.", "每核每小时价格。"),
  "price-memory": value("PRICE", "One GiB of memory for an hour.", "每 GiB 内存每小时价格。"),
  "price-device": list("MODEL=PRICE", "One device for an hour.", "每设备每小时价格。"),
  carbon: value("GRAMS", "Carbon intensity of its electricity, g/kWh.", "用电碳强度，克/千瓦时。"),
  link: list(
    "TO[,latency=MS][,bandwidth=MBPS][,egress=PRICE]",
    "Way to another pool or place; egress is per GiB.",
    "到其他资源池或地点的链路；egress 为每 GiB 价格。",
  ),
  toleration: value("5m", "How long it may be out of reach.", "可容忍的失联时间。"),
  "no-canary": { type: "flag", words: words("Take it without a small task.", "不用小任务验证。") },
  keep: { type: "flag", words: words("Keep it although it was not accepted.", "未通过验收时也保留。") },
} as const satisfies OptionDefinitions;
