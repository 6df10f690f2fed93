import { usageError } from "../command/errors.ts";

/** What `yunhe pool add` takes from its options; texts as the person wrote them. */
export interface AddOptions {
  readonly cpus?: string | undefined;
  readonly memory?: string | undefined;
  readonly device: readonly string[];
  readonly "work-directory"?: string | undefined;
  readonly ssh?: string | undefined;
  readonly "identity-file"?: string | undefined;
  readonly "known-hosts"?: string | undefined;
  readonly rest?: string | undefined;
  readonly "rest-token-file"?: string | undefined;
  readonly partition?: string | undefined;
  readonly account?: string | undefined;
  readonly qos?: string | undefined;
  readonly set: readonly string[];
  readonly provider?: string | undefined;
  readonly region?: string | undefined;
  readonly zone?: string | undefined;
  readonly jurisdiction?: string | undefined;
  readonly currency?: string | undefined;
  readonly "price-core"?: string | undefined;
  readonly "price-memory"?: string | undefined;
  readonly "price-device": readonly string[];
  readonly carbon?: string | undefined;
  readonly link: readonly string[];
  readonly toleration?: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** The pool's spec for a command line; undefined fields are the server's to fill. */
export function poolSpec(driver: string, options: AddOptions): Fields {
  const carbon = options.carbon === undefined ? undefined : number("carbon", options.carbon);
  return given({
    driver,
    config: { ...configOf(driver, options), ...Object.fromEntries(options.set.map(setting)) },
    provider: options.provider,
    region: options.region,
    zone: options.zone,
    jurisdiction: options.jurisdiction,
    prices: pricesOf(options),
    carbonGramsPerKwh: carbon,
    links: options.link.length === 0 ? undefined : options.link.map(linkOf),
    toleration: options.toleration,
  });
}

function configOf(driver: string, options: AddOptions): Fields {
  if (driver === "process") {
    const capacity = given({
      cpus: options.cpus,
      memory: options.memory,
      devices: options.device.length === 0 ? undefined : options.device,
    });
    return Object.keys(capacity).length === 0 ? {} : { capacity };
  }
  if (driver !== "slurm") return {};
  return given({
    workDirectory: options["work-directory"],
    ssh: sshOf(options),
    rest:
      options.rest === undefined
        ? undefined
        : given({ url: options.rest, tokenFile: options["rest-token-file"] }),
    partition: options.partition,
    account: options.account,
    qos: options.qos,
  });
}

/** `[USER@]HOST[:PORT]`; an IPv6 address stands in brackets. */
export const sshPattern = /^(?:([^@\s]+)@)?(\[[^\]\s]+\]|[^:\s]+)(?::(\d+))?$/;

function sshOf({
  ssh,
  "identity-file": identityFile,
  "known-hosts": knownHostsFile,
}: AddOptions): Fields | undefined {
  if (ssh === undefined) return undefined;
  const match = sshPattern.exec(ssh);
  if (!match)
    throw usageError(
      `--ssh is [USER@]HOST[:PORT], not ${ssh}.`,
      `--ssh 的格式为 [用户@]主机[:端口]，而非 ${ssh}。`,
    );
  const [, user, host, port] = match;
  return given({
    host: host!.replace(/^\[|\]$/g, ""),
    user,
    port: port === undefined ? undefined : Number(port),
    identityFile,
    knownHostsFile,
  });
}

function pricesOf(options: AddOptions): Fields | undefined {
  const onDemand = given({
    cpuCoreHour: options["price-core"],
    memoryGibHour: options["price-memory"],
    deviceHour:
      options["price-device"].length === 0
        ? undefined
        : Object.fromEntries(options["price-device"].map((text) => pair("price-device", text))),
  });
  const prices = given({
    currency: options.currency,
    onDemand: Object.keys(onDemand).length === 0 ? undefined : onDemand,
  });
  return Object.keys(prices).length === 0 ? undefined : prices;
}

const linkFields: Readonly<Record<string, string>> = {
  latency: "latencyMs",
  bandwidth: "bandwidthMbps",
  egress: "egressPricePerGib",
};

/** `eu-pool,latency=12,bandwidth=1000,egress=0.5`: ms, Mbit/s, price per GiB. */
function linkOf(text: string): Fields {
  const [to, ...rest] = text.split(",");
  if (!to)
    throw usageError(`--link begins with where to, not ${text}.`, `--link 须以目标开头，而非 ${text}。`);
  const fields = rest.map((each) => {
    const [name, value] = pair("link", each);
    const field = linkFields[name];
    if (field === undefined)
      throw usageError(
        `--link knows latency, bandwidth and egress, not ${name}.`,
        `--link 只有 latency、bandwidth 与 egress，没有 ${name}。`,
      );
    return [field, name === "egress" ? value : number("link", value)] as const;
  });
  return { to, ...Object.fromEntries(fields) };
}

function setting(text: string): [string, unknown] {
  const [name, value] = pair("set", text);
  try {
    return [name, JSON.parse(value) as unknown];
  } catch {
    return [name, value];
  }
}

function pair(option: string, text: string): [string, string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw usageError(
    `--${option} is NAME=VALUE, not ${text}.`,
    `--${option} 的格式为 NAME=VALUE，而非 ${text}。`,
  );
}

function number(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
  throw usageError(`--${option} takes a number, not ${text}.`, `--${option} 须为数字，而非 ${text}。`);
}

const given = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
