import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";

/** An sshd of its own on a loopback port, with keys of its own. */
export interface SshHost {
  /** For a pool's `ssh`. */
  readonly config: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly identityFile: string;
    readonly knownHostsFile: string;
  };
  readonly folder: string;
  /** Makes a key pair that the host knows nothing of; gives the private key's file. */
  strangerKey(): string;
  stop(): Promise<void>;
}

export const sshMissing = (): string | undefined =>
  existsSync("/usr/sbin/sshd") && spawnSync("ssh", ["-V"]).status === 0
    ? undefined
    : "needs the packages openssh-server and openssh-client";

export async function startSshHost(): Promise<SshHost> {
  const folder = mkdtempSync(path.join(tmpdir(), "yunhe-sshd-"));
  const makeKey = (name: string): string => {
    const file = path.join(folder, name);
    spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file]);
    return file;
  };
  const hostKey = makeKey("host");
  const identityFile = makeKey("client");
  const authorized = path.join(folder, "authorized");
  writeFileSync(authorized, readFileSync(`${identityFile}.pub`), { mode: 0o600 });
  const port = await freePort();
  const knownHostsFile = path.join(folder, "known");
  const [type, key] = readFileSync(`${hostKey}.pub`, "utf8").split(" ");
  writeFileSync(knownHostsFile, `[127.0.0.1]:${port} ${type} ${key}\n`);
  // sshd's privilege separation wants this folder, which the package's own start script makes.
  mkdirSync("/run/sshd", { recursive: true });
  const set = (name: string, value: string | number): string[] => ["-o", `${name}=${value}`];
  const options = [
    ...set("ListenAddress", "127.0.0.1"),
    ...set("Port", port),
    ...set("HostKey", hostKey),
    ...set("AuthorizedKeysFile", authorized),
    ...set("PasswordAuthentication", "no"),
    ...set("KbdInteractiveAuthentication", "no"),
    ...set("PermitRootLogin", "yes"),
    ...set("StrictModes", "no"),
    ...set("UsePAM", "no"),
    ...set("PidFile", "none"),
  ];
  const child = spawn("/usr/sbin/sshd", ["-D", "-e", "-f", "/dev/null", ...options], { stdio: "ignore" });
  await answering(port);
  return {
    config: { host: "127.0.0.1", port, user: userInfo().username, identityFile, knownHostsFile },
    folder,
    strangerKey: () => makeKey(`stranger${Math.floor(performance.now())}`),
    stop: async () => {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill();
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

async function answering(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("sshd did not start");
}
