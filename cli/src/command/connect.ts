import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { type Client, connect } from "@yunhe/client";
import type { Language } from "@yunhe/kernel";

/** What `yunhe login` remembers, in `~/.config/yunhe/credentials.json` (mode 0600). */
export interface Credentials {
  readonly server: string;
  readonly token: string;
}

export const defaultServer = "http://127.0.0.1:7788";
export const defaultDirectory = (): string => process.env["YUNHE_DATA"] || join(homedir(), ".yunhe");

export const credentialsFile = (): string =>
  join(process.env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config"), "yunhe", "credentials.json");

/** The server asked for; its token from YUNHE_TOKEN, from `login`, or from this machine's own server. */
export function openClient(server: string | undefined, language: Language): Client {
  const remembered = readCredentials();
  // An empty variable counts as none, as shells leave it behind.
  const address = server ?? (process.env["YUNHE_SERVER"] || remembered?.server || defaultServer);
  return connect({ server: address.replace(/\/+$/, ""), token: tokenFor(address, remembered), language });
}

function tokenFor(address: string, remembered: Credentials | undefined): string | undefined {
  const given = process.env["YUNHE_TOKEN"];
  if (given !== undefined && given !== "") return given.trim();
  if (remembered?.server === address) return remembered.token;
  const file = join(defaultDirectory(), "admin.token");
  const isHere = /^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])(:|\/|$)/.test(address);
  return isHere && existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
}

function readCredentials(): Credentials | undefined {
  try {
    return JSON.parse(readFileSync(credentialsFile(), "utf8")) as Credentials;
  } catch {
    return undefined;
  }
}
