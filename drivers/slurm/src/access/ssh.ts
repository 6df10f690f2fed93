import path from "node:path";
import type { Words } from "@yunhe/kernel";
import { words } from "@yunhe/kernel";
import { EngineUnreachable } from "@yunhe/domain-compute/driver";
import type { SshConfig } from "../config.ts";
import { quoted } from "../launch-file.ts";
import { CommandMissing, runProgram } from "./shell.ts";
import type { RunOptions, RunResult, Shell } from "./shell.ts";
import { makeTemporary, removeTemporary, sweepTemporary } from "./temporary.ts";

/** sshd takes 10 sessions over one connection unless told otherwise (sshd_config, MaxSessions). */
const maxSessions = 8;
/** The connection is kept this long after its last use, even if this process is gone. */
const persistSeconds = 120;

/**
 * Runs programs on another host by the OpenSSH client, over one connection that all calls share. Never asks anybody
 * anything (BatchMode), and talks to no host whose key is not known already. What a killed process of the same owner
 * has left in the temporary folder is removed.
 */
export function sshShell(config: SshConfig, slurmConf: string | undefined, ownerLabel: string): Shell {
  sweepTemporary(ownerLabel);
  const sockets = makeTemporary("ssh", ownerLabel);
  const options = sshOptions(config, path.join(sockets, "shared"));
  const target = config.user === undefined ? config.host : `${config.user}@${config.host}`;
  const turns = new Turns(maxSessions);
  const environment = process.env;
  let connecting: Promise<void> | undefined;
  /** The first call makes the connection; without waiting for it each of many calls would make its own. */
  const connect = async (): Promise<void> => {
    connecting ??= ssh(["true"], {}).then(() => undefined);
    await connecting.catch((error: unknown) => {
      connecting = undefined;
      throw error;
    });
  };
  const ssh = async (remote: readonly string[], run: RunOptions): Promise<RunResult> => {
    let result: RunResult;
    try {
      result = await runProgram("ssh", [...options, target, remote.join(" ")], environment, run);
    } catch (error) {
      if (error instanceof CommandMissing) throw sshMissing(error);
      throw error;
    }
    if (result.exitCode === 255) throw new EngineUnreachable(sshWords(target, result.stderr));
    return result;
  };
  const variables = [
    "LC_ALL=C",
    "SLURM_TIME_FORMAT=%s",
    ...(slurmConf === undefined ? [] : [`SLURM_CONF=${slurmConf}`]),
  ];
  return {
    place: target,
    remote: { shell: ["ssh", ...options], host: target },
    run: async (command, run = {}) => {
      await connect();
      return turns.take(async () => {
        try {
          return await ssh(["env", ...variables, ...command].map(quoted), run);
        } catch (error) {
          if (error instanceof EngineUnreachable) connecting = undefined;
          throw error;
        }
      });
    },
    close: async () => {
      await runProgram("ssh", [...options, "-O", "exit", target], environment).catch(() => undefined);
      removeTemporary(sockets);
    },
  };
}

function sshOptions(config: SshConfig, controlPath: string): string[] {
  const set = (name: string, value: string | number): string[] => ["-o", `${name}=${value}`];
  return [
    "-T",
    ...set("BatchMode", "yes"),
    ...set("StrictHostKeyChecking", "yes"),
    ...set("ConnectTimeout", 15),
    ...set("ServerAliveInterval", 15),
    ...set("ServerAliveCountMax", 3),
    ...set("ControlMaster", "auto"),
    ...set("ControlPath", controlPath),
    ...set("ControlPersist", persistSeconds),
    ...set("ForwardAgent", "no"),
    ...set("ForwardX11", "no"),
    ...set("ClearAllForwardings", "yes"),
    // Nothing of our environment is sent along, whatever the user's own settings say.
    ...set("SendEnv", "-*"),
    ...(config.port === undefined ? [] : ["-p", String(config.port)]),
    ...(config.identityFile === undefined
      ? []
      : ["-i", config.identityFile, ...set("IdentitiesOnly", "yes")]),
    ...(config.knownHostsFile === undefined ? [] : set("UserKnownHostsFile", config.knownHostsFile)),
    ...(config.proxyJump === undefined ? [] : ["-J", config.proxyJump]),
  ];
}

type Rule = readonly [pattern: RegExp, words: (target: string, said: string) => Words];

const failures: readonly Rule[] = [
  [
    /Could not resolve hostname/,
    (target, said) =>
      words(
        `The host ${target} is not known by that name (${said}): correct "ssh.host" in the pool's configuration, or this host's DNS.`,
        `无法解析主机 ${target}（${said}）：请更正资源池配置中的 “ssh.host”，或检查本机 DNS。`,
      ),
  ],
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    (target) =>
      words(
        `The host ${target} shows another key than before: somebody may be in between. Ask its administrator; if the key did change, replace it in the known hosts file.`,
        `主机 ${target} 的密钥与以前不同：可能遭遇中间人。请向其管理员确认；若确已更换，请更新 known_hosts 文件。`,
      ),
  ],
  [
    /Host key verification failed|No .* host key is known/,
    (target) =>
      words(
        `The key of the host ${target} is not known: compare it with what its administrator says, then add it to the known hosts file (\`ssh-keyscan\` shows it).`,
        `主机 ${target} 的密钥未知：请与其管理员提供的密钥核对后加入 known_hosts 文件（可用 \`ssh-keyscan\` 查看）。`,
      ),
  ],
  [
    /Permission denied|Too many authentication failures|Load key|identity file/,
    (target, said) =>
      words(
        `The host ${target} does not let us in (${said}): check "ssh.user" and "ssh.identityFile", and that its public key is in authorized_keys there.`,
        `主机 ${target} 拒绝登录（${said}）：请检查 “ssh.user” 与 “ssh.identityFile”，并确认其公钥已加入该主机的 authorized_keys。`,
      ),
  ],
];

function sshWords(target: string, stderr: string): Words {
  const said = stderr
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("@"))
    .slice(-2)
    .join("; ")
    .slice(0, 300);
  const rule = failures.find(([pattern]) => pattern.test(stderr));
  return (
    rule?.[1](target, said) ??
    words(
      `The host ${target} cannot be reached over SSH (${said || "the connection broke"}): check the network and that sshd runs there; it is tried again.`,
      `无法通过 SSH 连接主机 ${target}（${said || "连接中断"}）：请检查网络以及该主机上的 sshd；稍后会重试。`,
    )
  );
}

const sshMissing = (cause: Error): EngineUnreachable =>
  new EngineUnreachable(
    words(
      'There is no "ssh" on this host: install the OpenSSH client.',
      "本机没有 ssh：请安装 OpenSSH 客户端。",
    ),
    { cause },
  );

/** Lets so many run at once; the others wait in order. */
class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(free: number) {
    this.#free = free;
  }

  async take<T>(run: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await run();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
